import { flakeRates, type KeptRun, RunHistory } from '@coordinator/history';
import type { FrameOf } from '../protocol/index.ts';
import { boundRows } from './bound-rows.ts';
import type { RunList, RunsPage } from './run-source.ts';
import { summaryOfEntry } from './summary.ts';

/** Clients that ask within this are answered from one look at the folder. */
const LOOK_MS = 1000;

/** The runs of a store, newest first, as the index of them has them. */
export class StoredList implements RunList {
  readonly #history: RunHistory;
  readonly #running: () => ReadonlySet<string>;
  #rated: { readonly at: number; readonly last: number; readonly rates: Promise<FrameOf<'flakes'>> } | null =
    null;
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

  flakes(last: number): Promise<FrameOf<'flakes'>> {
    if (this.#rated?.last === last && performance.now() - this.#rated.at < LOOK_MS) return this.#rated.rates;
    const rates = this.#rate(last);
    this.#rated = { at: performance.now(), last, rates };
    return rates;
  }

  async #rate(last: number): Promise<FrameOf<'flakes'>> {
    const finished = (await this.#all()).filter(({ state }) => state === 'finished');
    const { runs, failing, steady } = flakeRates(
      await Promise.all(finished.slice(0, last).map((run) => run.read())),
    );
    const { rows, omitted } = boundRows(failing);
    return { type: 'flakes', last, runs, failing: rows, steady, omitted };
  }

  #all(): Promise<readonly KeptRun[]> {
    if (this.#looked && performance.now() - this.#looked.at < LOOK_MS) return this.#looked.runs;
    const running = this.#running();
    const runs = this.#history.look({ isRunning: (run) => running.has(run) });
    this.#looked = { at: performance.now(), runs };
    return runs;
  }
}
