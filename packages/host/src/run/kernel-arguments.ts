/**
 * What every guest's kernel is told: a panic ends the VMM at once, warnings reach the console (level 5), and there
 * is room for the DMA buffers of 8 MiB and more that the largest transfers need.
 */
export const KERNEL_ARGUMENTS = ['panic=-1', 'loglevel=5', 'cma=64M'] as const;
