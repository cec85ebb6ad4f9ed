import { exactly, none } from '../promise.ts';
import { isOneOf, isWhole, type Step, type StepKind } from '../step.ts';

/** What is done with the device's buffer, by the `edudma` tool. */
export const eduModes = ['roundtrip', 'upload', 'download'] as const;

/** Bytes of the device's buffer: docs/specs/edu.rst of QEMU. */
export const BUFFER_BYTES = 4096;

/** One call of the `edudma` tool. The offset is from the start of the device's buffer. */
export interface EduStep extends Step {
  readonly mode: (typeof eduModes)[number];
}

/** QEMU's educational PCI device. */
export const edu: StepKind<EduStep> = {
  modes: eduModes,
  checks: {
    mode: (value) => isOneOf(eduModes, value),
    offset: (value) => isWhole(value, 0, BUFFER_BYTES),
  },
  /** One interrupt a DMA; there and back are two. */
  promise: ({ mode, transactions }) => ({
    results: exactly(transactions),
    misconfigured: none,
    aborted: none,
    strikes: false,
    interrupts: exactly(mode === 'roundtrip' ? 2 * transactions : transactions),
    overlaps: false,
    inTurn: true,
    work: null,
  }),
};
