import type { Bounds, StepPromise } from '../promise.ts';
import { none } from '../promise.ts';
import { type AnyStep, isOneOf, isWhole, type StepChecks } from '../step.ts';

/** How a program tells what came of it: by its exit status alone, or by sub-tests besides. */
export const programFormats = ['exit', 'ktap', 'tap'] as const;
export type ProgramFormat = (typeof programFormats)[number];

export const programLimits = {
  /** Of a command, its program among them, and characters of each. */
  words: 64,
  word: 1024,
  interrupts: 2 ** 31,
} as const;

/** A test that is a program of the user's, run in the guest. It has no exerciser's tool, and no data that is compared. */
export interface ProgramStep extends AnyStep {
  readonly mode: 'run';
  /** The program, then its arguments. */
  readonly command: readonly string[];
  readonly format: ProgramFormat;
  /** Interrupts that the device is to raise meanwhile, `max` null for no bound; null where the plan says nothing. */
  readonly interrupts: { readonly min: number; readonly max: number | null } | null;
}

/** Of the fields that no other step has. */
export const programChecks: StepChecks<Omit<ProgramStep, Exclude<keyof AnyStep, 'mode'>>> = {
  mode: (value) => value === 'run',
  command: (value) =>
    Array.isArray(value) && value.length >= 1 && value.length <= programLimits.words && value.every(isWord),
  format: (value) => isOneOf(programFormats, value),
  interrupts: (value) => value === null || isInterrupts(value),
};

const anything: Bounds = { min: 0, max: Number.POSITIVE_INFINITY };

/**
 * It reports no transactions. What it does with the device cannot be known: only what the plan says of its interrupts is
 * due, in no order, and what others did must still be among what the device has counted.
 */
export function promiseOfProgram({ interrupts }: ProgramStep): StepPromise {
  const { min, max } = interrupts ?? { min: 0, max: null };
  return {
    results: none,
    misconfigured: none,
    // A fault that it injects may be what an IOMMU stopped.
    aborted: anything,
    strikes: false,
    interrupts: { min, max: max ?? anything.max },
    overlaps: false,
    inTurn: false,
    work: { launches: anything, bytes: anything, interrupts: { min, max: anything.max } },
  };
}

const isWord = (value: unknown): boolean =>
  typeof value === 'string' && value !== '' && value.length <= programLimits.word && !value.includes('\0');

function isInterrupts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return false;
  const { min, max } = value as { min?: unknown; max?: unknown };
  const isCount = (count: unknown) => isWhole(count, 0, programLimits.interrupts);
  return isCount(min) && (max === null || isCount(max));
}
