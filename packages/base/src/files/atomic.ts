import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A name beside `path`, hidden, that nobody else uses. */
export function temporaryNameFor(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`);
}

/**
 * Replaces `path` by a file with `text`, so that it is at any moment, even after a power cut, the old file or the
 * whole new one.
 * @throws the file system's error; then nothing has changed and nothing is left behind.
 */
export async function writeFileAtomic(path: string, text: string, mode: number): Promise<void> {
  const temporary = temporaryNameFor(path);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}
