export { withRetries } from './attempts.ts';
export { endSignal } from './end-signal.ts';
export { Guest } from './guest.ts';
export type { GuestHooks, RunningGuest } from './guest-hooks.ts';
export type { GuestSetting } from './guest-setting.ts';
export { RunRecorder } from './recorder.ts';
export { describeRun, guestEnded, type RunOptions, run } from './run.ts';
export { deriveSeed, draw } from './seed.ts';
export { seedSteps, varyPlan } from './vary-plan.ts';
