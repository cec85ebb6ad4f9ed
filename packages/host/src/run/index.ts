export { makeLimits } from './limits.ts';
export { type RunOptions, run } from './run.ts';
