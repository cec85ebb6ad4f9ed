/**
 * What the host asks of one guest's agent: the plan, with nothing left to default. It is written as JSON to
 * `job.json` in the guest's result folder before the guest starts. The agent trusts it.
 */
export interface Job {
  readonly version: 1;
  readonly run: string;
  readonly guest: string;
  readonly heartbeat_ms: number;
  /** What moves the data: the kind of device that the guest was given. */
  readonly exerciser: ExerciserName;
  /** When /proc/interrupts is read. */
  readonly interrupts: InterruptReadings;
  readonly tests: readonly TestStep[];
  /** Wait for commands after the tests, instead of powering off. */
  readonly stay?: boolean;
  /** Report to this vsock port of the host; when that fails, to the shared file. */
  readonly vsock_port?: number;
}

/** `each`: before the first test and after every one; `run`: before the first and after the last; `none`. */
export const interruptReadings = ['each', 'run', 'none'] as const;
export type InterruptReadings = (typeof interruptReadings)[number];

/**
 * Devices that coordinator can have move data: Arm's SMMU test engine, and any NVMe function whose contents may be
 * destroyed.
 */
export const exerciserNames = ['smmute', 'nvme'] as const;
export type ExerciserName = (typeof exerciserNames)[number];

/** The modes and faults of the `smmute` tool. */
export const smmuteModes = ['memcpy', 'rand48', 'sum64', 'p2p'] as const;
export const smmuteFaults = [
  /** Refused by the driver, which finds no buffer; the engine sees nothing of them. */
  'read',
  'write',
  'tlb',
  /** The engine gets the addresses inverted. */
  'drv',
  /** The engine is sent where it must not reach: see {@link isolationFaults}. */
  'stale-read',
  'stale-write',
  'past-read',
  'past-write',
  'foreign-read',
  'foreign-write',
  'readonly',
  'substream',
] as const;

export type SmmuteMode = (typeof smmuteModes)[number];
export type SmmuteFault = (typeof smmuteFaults)[number];

/** Faults for which an IOMMU must stand between the guest's memory and its engine. */
export const isolationFaults: readonly SmmuteFault[] = [
  'stale-read',
  'stale-write',
  'past-read',
  'past-write',
  'readonly',
];

/** The modes of the `blkdma` tool. */
export const nvmeModes = ['readwrite', 'write', 'verify'] as const;
export type NvmeMode = (typeof nvmeModes)[number];

/** One call of the exerciser's tool. All steps of a plan are of one exerciser; their modes have no name in common. */
export type TestStep = SmmuteStep | NvmeStep;

/** What a step may ask for at most. */
export const stepLimits = {
  /** Bytes of a DMA buffer: the driver's limit. */
  size: 32 * 2 ** 20,
  /** Bytes of a disk. */
  diskOffset: 2 ** 50,
  transactions: 1_000_000,
  repetitions: 100_000,
  depth: 256,
  timeoutMs: 24 * 3600 * 1000,
} as const;

/** Sizes and offsets are bytes. */
interface Step {
  readonly name: string;
  readonly size: number;
  readonly transactions: number;
  readonly offset: number;
  readonly seed: number | null;
  readonly timeout_ms: number;
}

/** One call of the `smmute` tool. The offset is from the start of the DMA buffer. */
export interface SmmuteStep extends Step {
  readonly mode: SmmuteMode;
  readonly repetitions: number;
  /** MEMCPY: bytes from one 64-bit word copied to the next; 1 copies every byte. */
  readonly stride: number;
  /** Transactions in flight at once. */
  readonly depth: number;
  /** A fault to inject; the test passes when the fault was reported. */
  readonly fault: SmmuteFault | null;
}

/** One call of the `blkdma` tool. The offset is from the start of the namespace. */
export interface NvmeStep extends Step {
  readonly mode: NvmeMode;
}
