import type { FileHandle } from 'node:fs/promises';

/** No event is longer: a test's output, its largest part, is cut far below. */
const MAX_LINE_BYTES = 1024 * 1024;

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
  let parts: Buffer[] = [];
  let length = 0;
  let number = 1;
  const take = (whole: boolean): Line => {
    const text = length > maxLineBytes ? null : Buffer.concat(parts).toString('utf8');
    parts = [];
    length = 0;
    return { number: number++, text, whole };
  };

  for await (const chunk of file.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, start)) {
      keep(chunk.subarray(start, end));
      yield take(true);
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  if (length > 0) yield take(false);

  function keep(part: Buffer): void {
    length += part.length;
    if (length > maxLineBytes) parts = [];
    else if (part.length > 0) parts.push(part);
  }
}
