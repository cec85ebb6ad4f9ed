import type { FaultKind } from '@coordinator/shared/report';
import type { EventLog } from '@coordinator/store';
import type { RunFrame, RunOptions } from '../run/index.ts';
import type { Variation } from '../variation.ts';

/** What is its own of a stress run, wherever its guests are. */
export interface StressFrame extends Omit<RunFrame, 'seed' | 'vary' | 'retries'> {
  readonly mode: 'restart' | 'loop';
  readonly vary: Variation;
  readonly seed: number;
  readonly retries: number;
  /** Rounds to run in all, or null. With `durationMs`, what is reached first ends the run. */
  readonly rounds: number | null;
  /** After this long no round begins; those that run may end. */
  readonly durationMs: number | null;
  /** VMMs at once. */
  readonly jobs: number;
  /** The guests' first starts are spread over this time. */
  readonly rampUpMs: number;
  /** No round begins after so many have failed; 0 is no limit. */
  readonly maxFailures: number;
  readonly chaos: ReadonlyMap<FaultKind, number>;
  /** The command line that runs the round of a seed again, with its kernel if there is more than one. */
  readonly repeat: (seed: number, kernel: string | null) => string;
  /** The run's own log, which is kept short; see {@link LogKeeper}. It must not be among the listeners. */
  readonly log: EventLog;
}

/** One whose guests are under VMMs of this machine. */
export type StressOptions = StressFrame & Omit<RunOptions, keyof RunFrame> & Pick<RunOptions, 'platform'>;
