import { CoordinatorError } from '@coordinator/base/errors';
import type { RunEvent } from '@coordinator/shared/event';
import type { RunSource, RunsPage } from './run-source.ts';
import { type SummaryState, summarize, summaryOf } from './summary.ts';
import { WatchedRun } from './watched-run.ts';

/** The run that this process is at: told by it as it happens. Others are not shown, as reading them would slow it. */
export class OwnRun implements RunSource {
  readonly #folder: string;
  readonly #onBegin: () => void;
  readonly #summary: SummaryState = { start: null, stress: null, end: null };
  #watched: WatchedRun | null = null;

  /**
   * @param folder where the run will be kept
   * @param onBegin called when its first event has come
   */
  constructor(folder: string, onBegin: () => void) {
    this.#folder = folder;
    this.#onBegin = onBegin;
  }

  get live(): string | null {
    return this.#watched?.run ?? null;
  }

  /** A listener of the run. Never throws. */
  readonly onEvent = (event: RunEvent): void => {
    summarize(this.#summary, event);
    if (event.type === 'run-started' && !this.#watched) {
      this.#watched = new WatchedRun(event.run, this.#folder, 'running');
      this.#onBegin();
    }
    this.#watched?.append(event);
  };

  async list(): Promise<RunsPage> {
    const watched = this.#watched;
    const runs = watched ? [summaryOf(watched.run, this.#summary, watched.state)] : [];
    return { runs, total: runs.length, more: false };
  }

  async open(run: string): Promise<WatchedRun> {
    const watched = this.#watched;
    if (watched && (run === watched.run || run === 'latest')) return watched;
    throw new CoordinatorError(
      watched
        ? `this page shows the run ${watched.run} alone; "coordinator serve" shows those that are kept`
        : 'the run has not begun yet',
    );
  }

  release(): void {}

  async compare(): Promise<never> {
    throw new CoordinatorError('this page shows one run; "coordinator serve" compares those that are kept');
  }

  async flakes(): Promise<never> {
    throw new CoordinatorError('this page shows one run; "coordinator serve" looks at those that are kept');
  }

  close(): void {
    this.#watched?.close();
  }
}
