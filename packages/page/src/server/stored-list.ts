import { join } from 'node:path';
import { listRuns, type StoredRun } from '@coordinator/store';
import type { RunSummary } from '../protocol/index.ts';
import { readEnd, readStart } from './read-summary.ts';
import type { RunList, RunsPage } from './run-source.ts';
import { summaryOf } from './summary.ts';

/** Lines that are kept: of more runs than anybody pages through. */
const MAX_SUMMARIES = 5000;

/** Clients that ask within this are answered from one look at the folder. */
const LOOK_MS = 1000;

/** The runs of a store, newest first: of each only what its report or its first event says, when it is asked for. */
export class StoredList implements RunList {
  readonly #runsDir: string;
  readonly #running: () => ReadonlySet<string>;
  #looked: { readonly at: number; readonly runs: Promise<readonly StoredRun[]> } | null = null;
  /** What has ended does not change. */
  readonly #ended = new Map<string, RunSummary>();

  /** @param running the runs whose coordinators are at work */
  constructor(runsDir: string, running: () => ReadonlySet<string>) {
    this.#runsDir = runsDir;
    this.#running = running;
  }

  async list(before: string | null, limit: number): Promise<RunsPage> {
    const all = await this.#all();
    const older = before === null ? all : all.filter(({ id }) => id < before);
    const running = this.#running();
    const runs: RunSummary[] = [];
    // One after the other: a report may take some memory to read.
    for (const { id, finished } of older.slice(0, limit)) {
      runs.push((finished ? await this.#end(id) : null) ?? (await this.#start(id, running)));
    }
    return { runs, total: all.length, more: older.length > limit };
  }

  #all(): Promise<readonly StoredRun[]> {
    if (this.#looked && performance.now() - this.#looked.at < LOOK_MS) return this.#looked.runs;
    this.#looked = { at: performance.now(), runs: listRuns(this.#runsDir) };
    return this.#looked.runs;
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
