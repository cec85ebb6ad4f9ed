/**
 * What the host asks of one guest's agent: the plan, with nothing left to default. It is written as JSON to
 * `job.json` in the guest's result folder before the guest starts. The agent trusts it.
 */
export interface Job {
  readonly version: 1;
  readonly run: string;
  readonly guest: string;
  readonly heartbeat_ms: number;
  /** Whether /proc/interrupts is read before and after the tests. */
  readonly interrupts: boolean;
  readonly tests: readonly TestStep[];
  /** Wait for commands after the tests, instead of powering off. */
  readonly stay?: boolean;
  /** Report to this vsock port of the host; when that fails, to the shared file. */
  readonly vsock_port?: number;
}

/** The modes and faults of the `smmute` tool. */
export const smmuteModes = ['memcpy', 'rand48', 'sum64', 'p2p'] as const;
export const smmuteFaults = ['read', 'write', 'drv', 'tlb'] as const;

export type SmmuteMode = (typeof smmuteModes)[number];
export type SmmuteFault = (typeof smmuteFaults)[number];

/** One call of the `smmute` tool. Sizes and offsets are bytes. */
export interface TestStep {
  readonly name: string;
  readonly mode: SmmuteMode;
  readonly size: number;
  readonly transactions: number;
  readonly repetitions: number;
  readonly offset: number;
  readonly seed: number | null;
  /** Whether the tool compares the buffers with what they must hold. */
  readonly check: boolean;
  /** A fault to inject; the test passes when the fault was reported. */
  readonly fault: SmmuteFault | null;
  readonly timeout_ms: number;
}
