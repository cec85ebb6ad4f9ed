import type { FileHandle } from 'node:fs/promises';
import { BoundedLines } from './bounded-lines.ts';

/** No event is longer: a test's output, its largest part, is cut far below. */
export const MAX_LINE_BYTES = 1024 * 1024;

export interface Line {
  /** 1 for the first. */
  readonly number: number;
  /** null when it is longer than an event can be. */
  readonly text: string | null;
  /** Whether its newline was there. */
  readonly whole: boolean;
}

/** The lines of a file, holding no more than one of them, and of a long one not even that, in memory. */
export async function* readLines(file: FileHandle, maxLineBytes = MAX_LINE_BYTES): AsyncGenerator<Line> {
  let found: Line[] = [];
  let number = 1;
  let isWhole = true;
  const lines = new BoundedLines(maxLineBytes, (text) => {
    found.push({ number: number++, text, whole: isWhole });
  });
  for await (const chunk of file.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
    lines.push(chunk);
    yield* found;
    found = [];
  }
  if (lines.pending === 0) return;
  isWhole = false;
  lines.end();
  yield* found;
}
