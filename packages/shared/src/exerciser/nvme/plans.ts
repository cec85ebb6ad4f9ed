import { patternPlans, patternTest } from '../pattern-plans.ts';
import { planOf } from '../plan-fields.ts';
import type { PlanKind } from '../plan-kind.ts';
import { stepLimits } from '../step.ts';
import { MAX_DISK_OFFSET, type NvmeStep, nvmeModes } from './step.ts';

/** In sectors of 512 bytes. */
const limits = { unit: 512, size: stepLimits.size, usualSize: 4096, offset: MAX_DISK_OFFSET };

const testSchema = patternTest(nvmeModes, limits, {
  mode: 'Write a pattern and read it back, only write it, or only read what an earlier test wrote.',
  size: 'Bytes a transaction writes or reads, a multiple of the size of a block.',
  transactions: 'Each works on the bytes behind the one before.',
  offset: 'Bytes from the start of the namespace.',
})
  .refine((test) => test.mode !== 'verify' || test.seed !== undefined, {
    message: 'verify needs the seed of what was written',
    path: ['mode'],
  })
  .describe('One call of the blkdma tool.');

const schema = planOf('nvme', 'An NVMe function whose contents may be destroyed.', testSchema);

const builtin = {
  nvme: `# Blocks to and from an NVMe function: single pages, transfers of many pages, and what was written earlier.
version: 1
name: nvme
exerciser: nvme
tests:
  - { mode: readwrite, size: 4k, transactions: 10 }
  - { mode: readwrite, size: 1M, transactions: 4 }
  - { mode: write, size: 64k, transactions: 8, offset: 8M, seed: 7 }
  - { mode: verify, size: 64k, transactions: 8, offset: 8M, seed: 7 }
`,
};

export const nvmePlans: PlanKind<typeof schema, NvmeStep> = {
  ...patternPlans,
  schema,
  builtin,
};
