export { type Comparison, compareRuns } from './compare.ts';
export type { InterruptChange } from './interrupts.ts';
export type { GuestChange, OutcomeChange } from './outcomes.ts';
export type { SettingChange } from './settings.ts';
export { LEAST, type SampleChange } from './statistics.ts';
export type { TimeChange } from './times.ts';
