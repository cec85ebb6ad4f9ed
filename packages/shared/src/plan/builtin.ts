import type { ExerciserName } from './job.ts';

/** Which of them runs when none is named. */
export const defaultPlans: Readonly<Record<ExerciserName, string>> = { smmute: 'default', nvme: 'nvme' };

/** The plans that come with coordinator, in the form a user would write them. */
export const builtinPlans: ReadonlyMap<string, string> = new Map([
  [
    'default',
    `# The steps of Arm's PCIe pass-through page, the other two transfer modes, and one injected fault.
version: 1
name: default
tests:
  - { mode: memcpy, size: 0x100, transactions: 10 }
  - { mode: rand48, size: 0x1000, check: true }
  - { mode: sum64, size: 0x1000, check: true }
  - { mode: memcpy, size: 0x1000, fault: drv }
`,
  ],
  [
    'page',
    `# Only what Arm's PCIe pass-through page does: smmute -s 0x100 -n 10, then /proc/interrupts.
version: 1
name: page
tests:
  - { mode: memcpy, size: 0x100, transactions: 10 }
`,
  ],
  [
    'nvme',
    `# Blocks to and from an NVMe function: single pages, transfers of many pages, and what was written earlier.
version: 1
name: nvme
exerciser: nvme
tests:
  - { mode: readwrite, size: 4k, transactions: 10 }
  - { mode: readwrite, size: 1M, transactions: 4 }
  - { mode: write, size: 64k, transactions: 8, offset: 8M, seed: 7 }
  - { mode: verify, size: 64k, transactions: 8, offset: 8M, seed: 7 }
`,
  ],
]);
