import type { StepPromise } from './promise.ts';

/** What a step may ask for at most, whatever its exerciser. */
export const stepLimits = {
  /** Of one plan. */
  tests: 256,
  /** Bytes of a DMA buffer. */
  size: 32 * 2 ** 20,
  transactions: 1_000_000,
  timeoutMs: 24 * 3600 * 1000,
} as const;

/** What any test of a plan has, with nothing left to default. */
export interface AnyStep {
  readonly name: string;
  /** Two exercisers have no name of a mode in common, so that it tells whose step this is. */
  readonly mode: string;
  readonly seed: number | null;
  readonly timeout_ms: number;
}

/** One call of an exerciser's tool. Sizes and offsets are bytes. */
export interface Step extends AnyStep {
  readonly size: number;
  readonly transactions: number;
  readonly offset: number;
}

/** What both sides know of an exerciser's steps. The agent is built from it: no schema library here. */
export interface StepKind<OwnStep extends Step> {
  readonly modes: readonly OwnStep['mode'][];
  /** Of the fields that are its own; a field that is added cannot be forgotten here. */
  readonly checks: StepChecks<OwnFields<OwnStep>>;
  promise(step: OwnStep): StepPromise;
}

/** Of an exerciser that has no tool: all its tests are programs of the user's. */
export const noSteps: StepKind<never> = {
  modes: [],
  checks: { mode: () => false },
  promise: (step: never) => step,
};

/** One check a field. */
export type StepChecks<Fields> = { readonly [Field in keyof Fields]-?: (value: unknown) => boolean };

/** What a step has beyond any other; `offset`, as what it is from differs, and with that how large it may be. */
export type OwnFields<OwnStep extends Step> = Omit<OwnStep, Exclude<keyof Step, 'mode' | 'offset'>>;

export const isWhole = (value: unknown, min: number, max: number): value is number =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max;

export const isOneOf = (values: readonly unknown[], value: unknown): boolean => values.includes(value);
