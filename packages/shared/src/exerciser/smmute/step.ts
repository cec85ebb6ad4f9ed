import { isOneOf, isWhole, type StepKind, stepLimits } from '../step.ts';
import { promiseOfSmmute } from './promise.ts';
import { type SmmuteStep, smmuteFaults, smmuteLimits, smmuteModes } from './transaction.ts';

/** Arm's SMMU test engine. */
export const smmute: StepKind<SmmuteStep> = {
  modes: smmuteModes,
  checks: {
    mode: (value) => isOneOf(smmuteModes, value),
    offset: (value) => isWhole(value, 0, stepLimits.size),
    repetitions: (value) => isWhole(value, 1, smmuteLimits.repetitions),
    stride: (value) => isWhole(value, 1, stepLimits.size),
    depth: (value) => isWhole(value, 1, smmuteLimits.depth),
    fault: (value) => value === null || isOneOf(smmuteFaults, value),
  },
  promise: promiseOfSmmute,
};
