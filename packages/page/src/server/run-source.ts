import type { FrameOf, RunSummary } from '../protocol/index.ts';
import type { WatchedRun } from './watched-run.ts';

export interface RunsPage {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  readonly total: number;
  readonly more: boolean;
}

/** Where lists of runs come from. */
export interface RunList {
  /** @param before the run behind which to go on; null for the newest */
  list(before: string | null, limit: number): Promise<RunsPage>;
  /**
   * How often tests failed in the `last` runs that are finished.
   * @throws CoordinatorError where there are none but the one that goes on
   */
  flakes(last: number): Promise<FrameOf<'flakes'>>;
}

/** Which runs a server shows: the one it is part of, or those of a store. */
export interface RunSource extends RunList {
  /** The run that serves itself, once it has begun; null for a store. */
  readonly live: string | null;
  /**
   * A run to look at, until `release`.
   * @param run an id, or `latest`
   * @throws CoordinatorError when there is no such run, or too many are looked at
   */
  open(run: string): Promise<WatchedRun>;
  release(run: WatchedRun): void;
  /**
   * What changed from one run to another.
   * @param before an id, or `latest`
   * @throws CoordinatorError when one is not there, or cannot be read
   */
  compare(before: string, after: string): Promise<FrameOf<'comparison'>>;
  close(): void;
}
