import { type KeptRun, RunHistory } from '@coordinator/history';
import type { RunList, RunsPage } from './run-source.ts';
import { summaryOfEntry } from './summary.ts';

/** Clients that ask within this are answered from one look at the folder. */
const LOOK_MS = 1000;

/** The runs of a store, newest first, as the index of them has them. */
export class StoredList implements RunList {
  readonly #history: RunHistory;
  readonly #running: () => ReadonlySet<string>;
  #looked: { readonly at: number; readonly runs: Promise<readonly KeptRun[]> } | null = null;

  /** @param running the runs whose coordinators are at work */
  constructor(runsDir: string, running: () => ReadonlySet<string>) {
    this.#history = new RunHistory(runsDir);
    this.#running = running;
  }

  async list(before: string | null, limit: number): Promise<RunsPage> {
    const all = await this.#all();
    const older = before === null ? all : all.filter(({ run }) => run < before);
    const read = await Promise.all(older.slice(0, limit).map((run) => run.read()));
    return {
      runs: read.map(({ entry }) => summaryOfEntry(entry)),
      total: all.length,
      more: older.length > limit,
    };
  }

  #all(): Promise<readonly KeptRun[]> {
    if (this.#looked && performance.now() - this.#looked.at < LOOK_MS) return this.#looked.runs;
    const running = this.#running();
    const runs = this.#history.look({ isRunning: (run) => running.has(run) });
    this.#looked = { at: performance.now(), runs };
    return runs;
  }
}
