import { type Bounds, exactly, none } from './promise.ts';
import { isOneOf, isWhole, type Step, type StepKind } from './step.ts';

/** One call of a tool that moves a pattern to a device and back, or one of the ways: its mode says which. */
export interface PatternStep<Mode extends string> extends Step {
  readonly mode: Mode;
}

/**
 * The steps of such a tool.
 * @param maxOffset bytes
 * @param interrupts what a step promises of them; null where nobody but the guest can know
 */
export function patternKind<Mode extends string>(
  modes: readonly Mode[],
  maxOffset: number,
  interrupts: (step: PatternStep<Mode>) => Bounds | null,
): StepKind<PatternStep<Mode>> {
  const whole = { misconfigured: none, aborted: none, strikes: false, overlaps: false };
  return {
    modes,
    checks: {
      mode: (value) => isOneOf(modes, value),
      offset: (value) => isWhole(value, 0, maxOffset),
    },
    promise: (step) => ({
      ...whole,
      results: exactly(step.transactions),
      interrupts: interrupts(step),
      inTurn: true,
      work: null,
    }),
  };
}
