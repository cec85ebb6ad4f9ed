import { patternPlans, patternTest } from '../pattern-plans.ts';
import { planOf } from '../plan-fields.ts';
import type { PlanKind } from '../plan-kind.ts';
import { BUFFER_BYTES, type EduStep, eduModes } from './step.ts';

const limits = { unit: 8, size: BUFFER_BYTES, usualSize: BUFFER_BYTES, offset: BUFFER_BYTES };

const testSchema = patternTest(eduModes, limits, {
  mode: "Copy a pattern to the device's buffer and back, only there, or only back what an earlier test left there.",
  size: 'Bytes a DMA copies, a multiple of 8.',
  transactions:
    "Each works on the bytes behind the one before; a roundtrip begins anew where the buffer's end is.",
  offset: "Bytes from the start of the device's buffer.",
})
  .superRefine(({ mode, size, transactions, offset, seed }, context) => {
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    const covered = mode === 'roundtrip' ? size : size * transactions;
    if (offset + covered > BUFFER_BYTES)
      refuse(
        'size',
        `${covered} bytes at offset ${offset} do not fit into the ${BUFFER_BYTES} of the device`,
      );
    if (mode === 'download' && seed === undefined)
      refuse('mode', 'download needs the seed of what was uploaded');
  })
  .describe('One call of the edudma tool.');

const schema = planOf('edu', "QEMU's educational PCI device.", testSchema);

const builtin = {
  edu: `# Copies to and from the buffer of QEMU's educational device: all of it, words at odd places, and what was left there.
version: 1
name: edu
exerciser: edu
tests:
  - { mode: roundtrip, size: 4k, transactions: 4 }
  - { mode: roundtrip, size: 0x38, offset: 0xf88, transactions: 4 }
  - { mode: upload, size: 0x400, transactions: 4, seed: 7 }
  - { mode: download, size: 0x400, transactions: 4, seed: 7 }
`,
};

export const eduPlans: PlanKind<typeof schema, EduStep> = {
  ...patternPlans,
  schema,
  builtin,
};
