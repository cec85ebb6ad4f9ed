import { lstatSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messageOf } from '@coordinator/base/errors';
import type { Outcome } from '@coordinator/shared/report';
import { listRunIds, REPORT_FILE, readRunReport } from '@coordinator/store';
import { bareEntry, type HistoryEntry, type IndexedRun } from './entry.ts';
import {
  appendLines,
  emptyIndex,
  INDEX_FILE,
  type Index,
  type IndexLine,
  makeLine,
  parseLine,
  readIndex,
  rewriteIndex,
} from './index-file/index.ts';
import { readStart } from './read-start.ts';
import { summarizeRun } from './summarize.ts';

/** Useless lines that an index may have before it is written anew. */
const MAX_USELESS = 200;
/** So many reports are read at a time. */
const AT_ONCE = 8;
const MAX_REASON = 300;

export interface LoadOptions {
  /** Whether the coordinator of a run that has no report is at work. */
  readonly isRunning: (run: string) => boolean;
  /** Read every report, and write the index anew. */
  readonly rebuild?: boolean;
}

/** What is known of a run at once. */
export interface KeptRun {
  readonly run: string;
  readonly state: HistoryEntry['state'];
  readonly outcome: Outcome | null;
  /** All that the index has of it. Never rejects. */
  read(): Promise<IndexedRun>;
}

/**
 * All runs of a folder, newest first. What the index does not know, or knows of another report than there is, is read from
 * the run and added to it.
 * @throws StoreError when the folder cannot be looked into
 */
export async function loadHistory(runsDir: string, options: LoadOptions): Promise<KeptRun[]> {
  const runs = resolve(runsDir);
  const path = join(runs, INDEX_FILE);
  const ids = (await listRunIds(runs)).reverse();
  if (ids.length === 0) return [];
  const index = options.rebuild ? emptyIndex : await readIndex(path);
  const marks = new Map(ids.map((run) => [run, markOf(join(runs, run, REPORT_FILE))]));
  const unknown = [...marks].filter(([run, mark]) => mark !== null && index.lines.get(run)?.mark !== mark);
  const added = new Map<string, IndexLine>();
  for (let at = 0; at < unknown.length; at += AT_ONCE) {
    const some = unknown.slice(at, at + AT_ONCE);
    const lines = await Promise.all(some.map(([run, mark]) => summarizeStored(runs, run, mark ?? '')));
    for (const line of lines) added.set(line.run, line);
  }
  await keep(path, index, marks, added, options.rebuild === true);
  return ids.map((run) => {
    const line = added.get(run) ?? index.lines.get(run);
    return line && marks.get(run) !== null ? reported(runs, line) : unreported(runs, run, options);
  });
}

/** Notes a run that has just written its report, so that the next list need not read it. Never rejects. */
export async function noteRun(runsDir: string, run: string): Promise<void> {
  const runs = resolve(runsDir);
  const mark = markOf(join(runs, run, REPORT_FILE));
  if (mark !== null) await appendLines(join(runs, INDEX_FILE), [await summarizeStored(runs, run, mark)]);
}

async function keep(
  path: string,
  { lines, useless }: Index,
  marks: ReadonlyMap<string, string | null>,
  added: ReadonlyMap<string, IndexLine>,
  rebuild: boolean,
): Promise<void> {
  const live = [...lines.values(), ...added.values()].filter(({ run, mark }) => marks.get(run) === mark);
  const gone = lines.size + added.size - live.length;
  if (rebuild || useless + gone > MAX_USELESS) await rewriteIndex(path, live);
  else if (added.size > 0) await appendLines(path, [...added.values()].reverse());
}

/** What a report is known by; null where there is none. A report is replaced as a whole, and never changed. */
function markOf(report: string): string | null {
  try {
    const stat = lstatSync(report, { throwIfNoEntry: false });
    return stat?.isFile() ? `${stat.size}-${stat.mtimeMs}` : null;
  } catch {
    return null;
  }
}

async function summarizeStored(runs: string, run: string, mark: string): Promise<IndexLine> {
  try {
    return makeLine(mark, summarizeRun(run, await readRunReport(join(runs, run))));
  } catch (error) {
    const entry = bareEntry(run, 'damaged', messageOf(error).slice(0, MAX_REASON));
    return makeLine(mark, { entry, tests: [] });
  }
}

function reported(runs: string, line: IndexLine): KeptRun {
  const { run, outcome, mark } = line;
  const state = outcome === null ? 'damaged' : 'finished';
  const read = async () =>
    parseLine(line) ?? parseLine(await summarizeStored(runs, run, mark)) ?? nothingOf(run);
  return { run, state, outcome, read };
}

function unreported(runs: string, run: string, { isRunning }: LoadOptions): KeptRun {
  const state = isRunning(run) ? 'running' : 'unfinished';
  const read = async () => {
    const start = await readStart(join(runs, run));
    return { entry: { ...bareEntry(run, state, null), ...start }, tests: [] };
  };
  return { run, state, outcome: null, read };
}

const nothingOf = (run: string): IndexedRun => ({ entry: bareEntry(run, 'damaged', null), tests: [] });
