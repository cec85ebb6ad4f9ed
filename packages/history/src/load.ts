import { resolve } from 'node:path';
import type { Outcome, Report } from '@coordinator/shared/report';
import { listRunIds } from '@coordinator/store/runs';
import { bareEntry, type HistoryEntry, type IndexedRun } from './entry.ts';
import {
  appendLines,
  INDEX_FILE,
  type IndexLine,
  makeLine,
  parseLine,
  readIndex,
  rewriteIndex,
} from './index-file/index.ts';
import { markOf, markOfReport, summarizeStored } from './stored-report.ts';
import { summarizeRun } from './summarize.ts';

/** Useless lines that an index may have before it is written anew. */
const MAX_USELESS = 200;
/** So many reports are read at a time. */
const AT_ONCE = 8;

export interface LoadOptions {
  /** Whether the coordinator of a run that has no report is at work. */
  readonly isRunning: (run: string) => boolean;
  /** Read every report, and write the index anew. */
  readonly rebuild?: boolean;
  /** Whether the outcome of each run has to be that of its report as it is now; else only what is read is checked. */
  readonly check?: boolean;
}

/** What is known of a run at once. */
export interface KeptRun {
  readonly run: string;
  readonly state: HistoryEntry['state'];
  readonly outcome: Outcome | null;
  /** All that the index has of it, if that is of its report as it is now; else what the run itself says. Never rejects. */
  read(): Promise<IndexedRun>;
}

/**
 * The runs of a folder. What the index does not know, or knows of another report than there is, is read from the run and
 * added to it. Who looks more than once keeps what was read, also where the index cannot be written.
 */
export class RunHistory {
  readonly #runs: string;
  readonly #path: string;
  readonly #lines = new Map<string, IndexLine>();
  /** The index as it was read last: size and time, and lines of no use. */
  #mark: string | null = null;
  #useless = 0;

  constructor(runsDir: string) {
    this.#runs = resolve(runsDir);
    this.#path = `${this.#runs}/${INDEX_FILE}`;
  }

  /** All of them, newest first. @throws StoreError when the folder cannot be looked into */
  async look({ isRunning, rebuild = false, check = false }: LoadOptions): Promise<KeptRun[]> {
    const ids = (await listRunIds(this.#runs)).reverse();
    if (ids.length === 0) return [];
    await this.#readIndex(rebuild);
    const unknown = ids.filter((run) => (check ? !this.#isCurrent(run) : !this.#lines.has(run)));
    const added: IndexLine[] = [];
    for (let at = 0; at < unknown.length; at += AT_ONCE)
      added.push(
        ...(await Promise.all(unknown.slice(at, at + AT_ONCE).map((run) => this.#learn(run)))).flat(),
      );
    await this.#keep(ids, added, rebuild);
    return ids.map((run) => {
      const line = this.#lines.get(run);
      const state = line ? stateOf(line) : isRunning(run) ? 'running' : 'unfinished';
      return { run, state, outcome: line?.outcome ?? null, read: () => this.#read(run, isRunning) };
    });
  }

  async #readIndex(rebuild: boolean): Promise<void> {
    // Before reading: what is added meanwhile is read the next time.
    const mark = markOf(this.#path);
    if (rebuild) this.#lines.clear();
    else if (mark === null || mark !== this.#mark) {
      const { lines, useless } = await readIndex(this.#path);
      this.#useless = useless;
      for (const [run, line] of lines) this.#lines.set(run, line);
    }
    this.#mark = mark;
  }

  #isCurrent(run: string): boolean {
    const mark = markOfReport(this.#runs, run);
    return mark !== null && this.#lines.get(run)?.mark === mark;
  }

  /** Has the line of a run be of its report as it is now. @returns it, if there is a report */
  async #learn(run: string): Promise<IndexLine[]> {
    this.#lines.delete(run);
    const mark = markOfReport(this.#runs, run);
    if (mark === null) return [];
    const line = await summarizeStored(this.#runs, run, mark);
    this.#lines.set(run, line);
    return [line];
  }

  async #keep(ids: readonly string[], added: readonly IndexLine[], rebuild: boolean): Promise<void> {
    const there = new Set(ids);
    for (const run of this.#lines.keys()) {
      if (there.has(run)) continue;
      this.#lines.delete(run);
      this.#useless += 1;
    }
    if (rebuild || this.#useless > MAX_USELESS) {
      await rewriteIndex(this.#path, this.#lines.values());
      this.#useless = 0;
    } else if (added.length > 0) await appendLines(this.#path, added.toReversed());
  }

  async #read(run: string, isRunning: LoadOptions['isRunning']): Promise<IndexedRun> {
    if (!this.#isCurrent(run)) await appendLines(this.#path, await this.#learn(run));
    const known = this.#lines.get(run);
    if (!known) return readUnreported(this.#runs, run, isRunning(run) ? 'running' : 'unfinished');
    const told = parseLine(known);
    if (told) return told;
    const [line] = await this.#learn(run);
    return (line && parseLine(line)) ?? { entry: bareEntry(run, 'damaged', null), tests: [] };
  }
}

/** All runs of a folder, newest first, for who looks once. @throws StoreError when the folder cannot be looked into */
export function loadHistory(runsDir: string, options: LoadOptions): Promise<KeptRun[]> {
  return new RunHistory(runsDir).look(options);
}

/**
 * Notes a run that has just written its report, so that the next list need not read it. Never rejects.
 * @param report as it was written
 */
export async function noteRun(runsDir: string, run: string, report: Report): Promise<void> {
  const runs = resolve(runsDir);
  const mark = markOfReport(runs, run);
  if (mark !== null) await appendLines(`${runs}/${INDEX_FILE}`, [makeLine(mark, summarizeRun(run, report))]);
}

const stateOf = ({ outcome }: IndexLine) => (outcome === null ? 'damaged' : 'finished');

async function readUnreported(runs: string, run: string, state: HistoryEntry['state']): Promise<IndexedRun> {
  // What reads runs themselves is loaded when a list has one that the index does not.
  const { readStart } = await import('./read-start.ts');
  const start = await readStart(`${runs}/${run}`);
  return { entry: { ...bareEntry(run, state, null), ...start }, tests: [] };
}
