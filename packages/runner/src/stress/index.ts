export { type KeptLog, LogKeeper } from './log-keeper.ts';
export type { StressFrame, StressOptions } from './options.ts';
export { stress, stressGuests } from './stress-run.ts';
