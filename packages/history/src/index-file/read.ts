import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { type Outcome, outcomes } from '@coordinator/shared/report/kinds';
import { type IndexedRun, indexedRunSchema } from '../entry.ts';

const NEWLINE = 0x0a;
/** Beside the runs. Not hidden: who looks into the folder sees what it is, and may remove it. */
export const INDEX_FILE = 'index.jsonl';
/** Of a file that is larger, nothing is believed: it is made anew. Ten thousand runs take a tenth of it. */
const MAX_INDEX_BYTES = 128 * 2 ** 20;

/** A line of the index: what lists choose by, and the rest as it stands there until somebody wants it. */
export interface IndexLine {
  readonly run: string;
  /** Size and time of the report that it was made of. */
  readonly mark: string;
  /** Null where the report cannot be read. */
  readonly outcome: Outcome | null;
  /** The whole line, without its end. */
  readonly bytes: () => Buffer;
}

export interface Index {
  /** By run. */
  readonly lines: ReadonlyMap<string, IndexLine>;
  /** Lines that are of no use: a later one says the same, or they cannot be read. */
  readonly useless: number;
}

export const emptyIndex: Index = { lines: new Map(), useless: 0 };

/**
 * The index of a folder of runs; an empty one where there is none, or none that can be read. It only saves time: what it
 * says of a run counts if its mark is that of the run's report.
 */
export async function readIndex(path: string): Promise<Index> {
  let bytes: Buffer;
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stat = await file.stat();
      if (!stat.isFile() || stat.size > MAX_INDEX_BYTES) return emptyIndex;
      bytes = await file.readFile();
    } finally {
      await file.close();
    }
  } catch {
    return emptyIndex;
  }
  return findLines(bytes);
}

/** Lists of thousands of runs show a few of them: no more than this is read of the others. */
const head =
  /^\{"v":1,"run":"([0-9a-z-]{20})","mark":"([0-9.-]{1,40})","outcome":(?:null|"([a-z]{1,10})"),"entry":\{/gm;

function findLines(bytes: Buffer): Index {
  const lines = new Map<string, IndexLine>();
  // A character a byte: where something is in the text it is in the bytes.
  for (const { 1: run = '', 2: mark = '', 3: named, index: start } of bytes
    .toString('latin1')
    .matchAll(head)) {
    const outcome = outcomes.find((one) => one === named) ?? null;
    if (named !== undefined && outcome === null) continue;
    lines.set(run, { run, mark, outcome, bytes: () => bytes.subarray(start, endOfLine(bytes, start)) });
  }
  return { lines, useless: countLines(bytes) - lines.size };
}

function endOfLine(bytes: Buffer, start: number): number {
  const end = bytes.indexOf(NEWLINE, start);
  return end === -1 ? bytes.length : end;
}

/** Empty ones, which stand between those that were added, are none. */
function countLines(bytes: Buffer): number {
  let count = 0;
  for (let start = 0, end = 0; start < bytes.length; start = end + 1) {
    end = endOfLine(bytes, start);
    if (end > start) count += 1;
  }
  return count;
}

/** The whole of a line; null where it is not what was written. */
export function parseLine({ run, outcome, bytes }: IndexLine): IndexedRun | null {
  try {
    const parsed = indexedRunSchema.safeParse(JSON.parse(bytes().toString()));
    if (!parsed.success) return null;
    const { entry } = parsed.data;
    return entry.run === run && entry.outcome === outcome ? parsed.data : null;
  } catch {
    return null;
  }
}

/** The order of the fields is what {@link readHead} goes by. */
export function makeLine(mark: string, { entry, tests }: IndexedRun): IndexLine {
  const { run, outcome } = entry;
  const bytes = Buffer.from(JSON.stringify({ v: 1, run, mark, outcome, entry, tests }));
  return { run, mark, outcome, bytes: () => bytes };
}
