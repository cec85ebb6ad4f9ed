export { withRetries } from './attempts.ts';
export { endSignal } from './end-signal.ts';
export { describeKernels, type GuestsOfRun, guestsOf, type RunGuest, type RunKernel } from './kernels.ts';
export { type GuestRequest, guestsHere, type MakeGuest } from './make-guest.ts';
export { RunRecorder } from './recorder.ts';
export { describeRun, guestEnded, type RunFrame, type RunOptions, run, runGuests } from './run.ts';
export { deriveSeed, draw } from './seed.ts';
export { seedSteps, varyPlan } from './vary-plan.ts';
