import type { RunEvent } from '@coordinator/shared/event';
import type { Report } from '@coordinator/shared/report';
import type { ReporterOutput } from './output/output.ts';

/**
 * Listens to a run and writes about it in one format. Every callback is optional. A reporter may throw: the
 * {@link ReporterSet} then goes on without it.
 */
export interface Reporter {
  onEvent?(event: RunEvent): void;
  /** A round of a stress run that the report will not have: what was kept of it may go. */
  onForgotten?(guest: string): void;
  /** The run is over; nothing follows. Also called alone, when only a report is there to be rendered. */
  onEnd?(report: Report): void | Promise<void>;
  /** The run ends without a report: give the terminal back, leave nothing half-written. Must be synchronous. */
  onAbandon?(): void;
}

export interface ReporterContext {
  readonly output: ReporterOutput;
  readonly color: boolean;
  /** Whether the output is a terminal on which lines can be rewritten while the run goes on. */
  readonly interactive: boolean;
  /** Whether the run ended long ago: only its result is of interest. */
  readonly replay: boolean;
  /** The run's folder, for pointing at consoles; null when there is none. */
  readonly runFolder: string | null;
  readonly environment: NodeJS.ProcessEnv;
}

/** What the module of a format exports. */
export type CreateReporter = (context: ReporterContext) => Reporter | Promise<Reporter>;
