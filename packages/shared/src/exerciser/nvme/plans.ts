import * as z from 'zod';
import { planOf } from '../plan-fields.ts';
import type { PlanKind } from '../plan-kind.ts';
import { stepLimits } from '../step.ts';
import { multiples, patternFields, someMultiples, testFields } from '../test-fields.ts';
import { MAX_DISK_OFFSET, type NvmeStep, nvmeModes } from './step.ts';

const SECTOR = 512;

const testSchema = z
  .strictObject({
    name: testFields.name,
    mode: z
      .enum(nvmeModes)
      .describe('Write a pattern and read it back, only write it, or only read what an earlier test wrote.'),
    size: someMultiples(SECTOR, stepLimits.size)
      .default(4096)
      .describe('Bytes a transaction writes or reads, a multiple of the size of a block.'),
    transactions: testFields.transactions.describe('Each works on the bytes behind the one before.'),
    offset: multiples(SECTOR, MAX_DISK_OFFSET).default(0).describe('Bytes from the start of the namespace.'),
    ...patternFields,
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
  schema,
  ownFields: ({ mode, offset }) => ({ mode, offset }),
  special: () => [],
  builtin,
};
