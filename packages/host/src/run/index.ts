export { KERNEL_ARGUMENTS } from './kernel-arguments.ts';
export { makeLimits } from './limits.ts';
export { type RunOptions, run } from './run.ts';
export { Teardown } from './teardown.ts';
