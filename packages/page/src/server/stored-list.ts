import { join } from 'node:path';
import { listRuns } from '@coordinator/store';
import type { RunSummary } from '../protocol/index.ts';
import { readEnd, readStart } from './read-summary.ts';
import type { RunList, RunsPage } from './run-source.ts';
import { summaryOf } from './summary.ts';

/** Lines that are kept: of more runs than anybody pages through. */
const MAX_SUMMARIES = 5000;

/** The runs of a store, newest first: of each only what its report or its first event says, when it is asked for. */
export class StoredList implements RunList {
  readonly #runsDir: string;
  readonly #running: () => ReadonlySet<string>;
  /** What has ended does not change. */
  readonly #ended = new Map<string, RunSummary>();

  /** @param running the runs whose coordinators are at work */
  constructor(runsDir: string, running: () => ReadonlySet<string>) {
    this.#runsDir = runsDir;
    this.#running = running;
  }

  async list(before: string | null, limit: number): Promise<RunsPage> {
    const all = await listRuns(this.#runsDir);
    const older = before === null ? all : all.filter(({ id }) => id < before);
    const running = this.#running();
    const runs: RunSummary[] = [];
    // One after the other: a report may take some memory to read.
    for (const { id, finished } of older.slice(0, limit)) {
      runs.push((finished ? await this.#end(id) : null) ?? (await this.#start(id, running)));
    }
    return { runs, total: all.length, more: older.length > limit };
  }

  async #end(run: string): Promise<RunSummary | null> {
    const summary = this.#ended.get(run) ?? (await readEnd(join(this.#runsDir, run)));
    if (summary === null) return null;
    if (this.#ended.size >= MAX_SUMMARIES) this.#ended.clear();
    this.#ended.set(run, summary);
    return summary;
  }

  async #start(run: string, running: ReadonlySet<string>): Promise<RunSummary> {
    const start = await readStart(join(this.#runsDir, run));
    const state = running.has(run) ? 'running' : 'abandoned';
    return summaryOf(run, { start, stress: null, end: null }, state);
  }
}
