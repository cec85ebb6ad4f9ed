import type { Step } from '../step.ts';

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

export const smmuteLimits = { repetitions: 100_000, depth: 256 } as const;

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
