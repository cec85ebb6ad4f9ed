export { type KeptLog, LogKeeper } from './log-keeper.ts';
export type { StressOptions } from './options.ts';
export { stress } from './stress-run.ts';
