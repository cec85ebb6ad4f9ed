import { QUICK_BOOT_ARGUMENTS } from '@coordinator/image';

/**
 * What every guest's kernel is told: a panic ends the VMM at once, warnings reach the console (level 5), there is
 * room for the DMA buffers of 8 MiB and more that the largest transfers need, and what Debian's kernel does at boot
 * that no guest here needs is left out.
 */
export const KERNEL_ARGUMENTS: readonly string[] = [
  'panic=-1',
  'loglevel=5',
  'cma=64M',
  ...QUICK_BOOT_ARGUMENTS,
];
