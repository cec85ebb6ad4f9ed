import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { writeFileAtomic } from '@coordinator/base/files';
import type { IndexLine } from './read.ts';

const NEWLINE = Buffer.from('\n');

/**
 * Adds lines with one write, which no other writer comes in between. Each begins with a newline of its own, so that the
 * rest of one that a full disk had cut off spoils no other. The folder may be somebody else's, or full: the index is then
 * as it was.
 */
export async function appendLines(path: string, lines: readonly IndexLine[]): Promise<void> {
  const flags =
    constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const bytes = Buffer.concat(lines.flatMap((line) => [NEWLINE, line.bytes(), NEWLINE]));
  try {
    const file = await open(path, flags, 0o600);
    try {
      if ((await file.stat()).isFile()) await file.write(bytes);
    } finally {
      await file.close();
    }
  } catch {
    // Whoever lists the runs next finds out by itself.
  }
}

/** Replaces the index. A line that another process adds meanwhile may be lost: it is found to be missing then. */
export async function rewriteIndex(path: string, lines: Iterable<IndexLine>): Promise<void> {
  const bytes = Buffer.concat([...lines].flatMap((line) => [line.bytes(), NEWLINE]));
  await writeFileAtomic(path, bytes.toString(), 0o600).catch(() => {});
}
