import { type PatternStep, patternKind } from '../pattern-step.ts';

/** The modes of the `blkdma` tool. */
export const nvmeModes = ['readwrite', 'write', 'verify'] as const;

/** Bytes of a disk. */
export const MAX_DISK_OFFSET = 2 ** 50;

/** One call of the `blkdma` tool. The offset is from the start of the namespace. */
export type NvmeStep = PatternStep<(typeof nvmeModes)[number]>;

/** Any NVMe function whose contents may be destroyed. Nobody but the guest knows how many commands its kernel makes of a transfer. */
export const nvme = patternKind(nvmeModes, MAX_DISK_OFFSET, () => null);
