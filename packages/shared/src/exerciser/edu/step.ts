import { type PatternStep, patternKind } from '../pattern-step.ts';
import { exactly } from '../promise.ts';

/** What is done with the device's buffer, by the `edudma` tool. */
export const eduModes = ['roundtrip', 'upload', 'download'] as const;

/** Bytes of the device's buffer: docs/specs/edu.rst of QEMU. */
export const BUFFER_BYTES = 4096;

/** One call of the `edudma` tool. The offset is from the start of the device's buffer. */
export type EduStep = PatternStep<(typeof eduModes)[number]>;

/** QEMU's educational PCI device. One interrupt a DMA; there and back are two. */
export const edu = patternKind(eduModes, BUFFER_BYTES, ({ mode, transactions }) =>
  exactly(mode === 'roundtrip' ? 2 * transactions : transactions),
);
