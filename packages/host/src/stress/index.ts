export type { StressOptions } from './options.ts';
export { stress } from './stress-run.ts';
