import { exactly, none } from '../promise.ts';
import { isOneOf, isWhole, type Step, type StepKind } from '../step.ts';

/** The modes of the `blkdma` tool. */
export const nvmeModes = ['readwrite', 'write', 'verify'] as const;

/** Bytes of a disk. */
export const MAX_DISK_OFFSET = 2 ** 50;

/** One call of the `blkdma` tool. The offset is from the start of the namespace. */
export interface NvmeStep extends Step {
  readonly mode: (typeof nvmeModes)[number];
}

/** Any NVMe function whose contents may be destroyed. */
export const nvme: StepKind<NvmeStep> = {
  modes: nvmeModes,
  checks: {
    mode: (value) => isOneOf(nvmeModes, value),
    offset: (value) => isWhole(value, 0, MAX_DISK_OFFSET),
  },
  /** Nobody but the guest knows how many commands its kernel makes of a transfer. */
  promise: ({ transactions }) => ({
    results: exactly(transactions),
    misconfigured: none,
    aborted: none,
    strikes: false,
    interrupts: null,
    overlaps: false,
    inTurn: true,
    work: null,
  }),
};
