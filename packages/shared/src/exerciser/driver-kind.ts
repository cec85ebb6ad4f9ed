import type { ActionMatcher } from '../interrupts/index.ts';

/** What of /proc/interrupts is a device's. */
export interface InterruptRows {
  /** Rows of the device, for the report. */
  readonly owns: ActionMatcher;
  /** Of those, the rows whose counts the tests account for. */
  readonly counts: ActionMatcher;
  /** What raises one interrupt at most: "transaction". */
  readonly cause: string;
  /** Whether the driver hands its work to the vectors one after another; else where work is submitted decides. */
  readonly inTurn: boolean;
  /** Whose rows they are, for people. */
  readonly of: string;
}

/** An exerciser's driver, as guests and this machine show it. */
export interface ExerciserDriver {
  /** Null where the plan says which one is wanted, if any. */
  readonly name: string | null;
  /** @param numbers of the function's interrupts, where its guest tells them: labels of rows */
  interruptRows(guestBdf: string, numbers: readonly string[]): InterruptRows;
}
