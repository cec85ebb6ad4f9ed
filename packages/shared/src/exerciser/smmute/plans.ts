import * as z from 'zod';
import { planFields, tests } from '../plan-fields.ts';
import type { PlanKind } from '../plan-kind.ts';
import { testSchema } from './test-schema.ts';
import { isolationFaults, type SmmuteStep } from './transaction.ts';

const schema = z
  .strictObject({
    ...planFields,
    exerciser: z.literal('smmute').default('smmute').describe("Arm's SMMU test engine."),
    iommu: z
      .boolean()
      .default(false)
      .describe('Give every guest an IOMMU of its own, between its memory and its engine.'),
    tests: tests(testSchema),
  })
  .superRefine(({ iommu, tests }, context) => {
    if (iommu) return;
    for (const [index, test] of tests.entries())
      if ('fault' in test && test.fault !== undefined && isolationFaults.includes(test.fault))
        context.addIssue({
          code: 'custom',
          path: ['tests', index, 'fault'],
          message: `${test.fault} needs an IOMMU in the guest: say "iommu: true" in the plan`,
        });
  });

const builtin = {
  default: `# The steps of Arm's PCIe pass-through page; then every mode beyond one page and at odd places, with a stride, peer to
# peer and with many transactions in flight; and faults that must be reported where they strike.
version: 1
name: default
tests:
  - { mode: memcpy, size: 0x100, transactions: 10 }
  - { mode: rand48, size: 0x1000 }
  - { mode: sum64, size: 0x1000 }
  - { mode: memcpy, size: 0x1000, fault: drv }
  - { mode: memcpy, size: 0x201003, offset: 0xffd, transactions: 2 }
  - { mode: memcpy, size: 0x8000, stride: 64, transactions: 2 }
  - { mode: rand48, size: 0x3003, offset: 0x805, transactions: 2 }
  - { mode: sum64, size: 0x21000, offset: 8, transactions: 2 }
  - { mode: p2p, size: 8, transactions: 4 }
  - { mode: memcpy, size: 0x1000, transactions: 48, depth: 16 }
  - { mode: sum64, size: 0x1000, fault: drv }
  - { mode: rand48, size: 0x1000, fault: foreign-write }
  - { mode: memcpy, size: 0x1000, fault: substream }
`,
  page: `# Only what Arm's PCIe pass-through page does: smmute -s 0x100 -n 10, then /proc/interrupts.
version: 1
name: page
tests:
  - { mode: memcpy, size: 0x100, transactions: 10 }
`,
  isolation: `# Where the engine must not reach: every guest has an IOMMU of its own, and faults that strike there.
version: 1
name: isolation
iommu: true
tests:
  - { mode: memcpy, size: 0x1000, transactions: 4 }
  - { mode: memcpy, size: 0x1000, transactions: 2, fault: stale-read }
  - { mode: memcpy, size: 0x1000, transactions: 2, fault: stale-write }
  - { mode: memcpy, size: 0x1000, fault: past-read }
  - { mode: memcpy, size: 0x1000, fault: past-write }
  - { mode: memcpy, size: 0x1000, fault: readonly }
  - { mode: memcpy, size: 0x1000, fault: foreign-read }
  - { mode: memcpy, size: 0x1000, fault: foreign-write }
  - { mode: rand48, size: 0x1000, fault: stale-write }
  - { mode: rand48, size: 0x1000, fault: readonly }
  - { mode: sum64, size: 0x1000, fault: stale-read }
  - { mode: memcpy, size: 0x1000, fault: substream }
  - { mode: memcpy, size: 0x1000, transactions: 4 }
`,
};

export const smmutePlans: PlanKind<typeof schema, SmmuteStep> = {
  schema,
  ownFields: ({ mode, offset, repetitions, stride, depth, fault = null }) => ({
    ...{ mode, offset, repetitions, stride, depth, fault },
  }),
  special: ({ stride, depth, fault }) => [
    ...(stride === 1 ? [] : [`stride-${stride}`]),
    ...(depth === 1 ? [] : [`depth-${depth}`]),
    ...(fault === undefined ? [] : [`fault-${fault}`]),
  ],
  builtin,
};
