import { basename, resolve } from 'node:path';
import { CoordinatorError } from '@coordinator/base/errors';
import { EventFollower, findRun } from '@coordinator/store';
import type { FrameOf, RunState } from '../protocol/index.ts';
import { Comparisons } from './comparisons.ts';
import type { RunList, RunSource } from './run-source.ts';
import { WatchedRun } from './watched-run.ts';

/** How often the log of a run is looked at that goes on, and of one that was left. */
const LOOK_MS = 250;
const SELDOM_MS = 2000;
/** Runs that are looked at at the same time, by all clients together; each takes up to 32 MiB. */
const MAX_RUNS = 8;

interface OpenRun {
  readonly watched: WatchedRun;
  readonly ready: Promise<void>;
  readers: number;
  timer: NodeJS.Timeout | null;
}

export interface StoredRunsOptions {
  readonly runsDir: string;
  readonly list: RunList;
  /** The runs of this user whose coordinators are at work. */
  readonly running: () => ReadonlySet<string>;
}

/** The runs that are kept, also such as other processes are at: their logs are followed. */
export class StoredRuns implements RunSource {
  readonly live = null;
  readonly #runsDir: string;
  readonly #list: RunList;
  readonly #running: () => ReadonlySet<string>;
  readonly #open = new Map<string, OpenRun>();
  readonly #comparisons: Comparisons;

  constructor({ runsDir, list, running }: StoredRunsOptions) {
    this.#runsDir = resolve(runsDir);
    this.#comparisons = new Comparisons(this.#runsDir);
    this.#list = list;
    this.#running = running;
  }

  list(before: string | null, limit: number) {
    return this.#list.list(before, limit);
  }

  async open(name: string): Promise<WatchedRun> {
    const folder = await findRun(this.#runsDir, name);
    const run = basename(folder);
    const found = this.#open.get(run);
    if (!found && this.#open.size >= MAX_RUNS)
      throw new CoordinatorError('too many runs are being looked at; close one');
    const entry = found ?? this.#begin(run, folder);
    entry.readers += 1;
    try {
      await entry.ready;
    } catch (error) {
      this.release(entry.watched);
      throw error;
    }
    return entry.watched;
  }

  compare(before: string, after: string): Promise<FrameOf<'comparison'>> {
    return this.#comparisons.compare(before, after);
  }

  flakes(last: number): Promise<FrameOf<'flakes'>> {
    return this.#list.flakes(last);
  }

  release({ run }: WatchedRun): void {
    const entry = this.#open.get(run);
    if (!entry) return;
    entry.readers -= 1;
    if (entry.readers === 0) this.#end(run, entry);
  }

  close(): void {
    for (const [run, entry] of this.#open) this.#end(run, entry);
  }

  #end(run: string, entry: OpenRun): void {
    if (entry.timer) clearTimeout(entry.timer);
    entry.watched.close();
    this.#open.delete(run);
  }

  #begin(run: string, folder: string): OpenRun {
    const watched = new WatchedRun(run, folder, this.#stateOf(run));
    const follower = new EventFollower(folder);
    const listener = { onEvent: watched.append, onRestart: () => watched.restart() };
    const look = async () => {
      // Asked before reading: what it wrote as its last is read then.
      const state = this.#stateOf(run);
      await follower.read(listener);
      if (watched.state !== 'ended') watched.state = state;
    };
    const entry: OpenRun = { watched, ready: look(), readers: 0, timer: null };
    const again = () => {
      if (this.#open.get(run) !== entry || watched.state === 'ended') return;
      const next = () => void look().then(again, again);
      entry.timer = setTimeout(next, watched.state === 'running' ? LOOK_MS : SELDOM_MS).unref();
    };
    this.#open.set(run, entry);
    entry.ready.then(again, () => {});
    return entry;
  }

  #stateOf(run: string): RunState {
    return this.#running().has(run) ? 'running' : 'abandoned';
  }
}
