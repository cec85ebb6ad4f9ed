import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '@coordinator/base/files';
import { type Hashable, hashValue } from './hash.ts';

/**
 * Reads a JSON file written by writeSealed(). A file that is missing, cut, edited or of another shape gives null: what
 * it says can always be found out again.
 */
export async function readSealed<T extends Hashable>(path: string): Promise<T | null> {
  try {
    const { seal, content } = JSON.parse(await readFile(path, 'utf8'));
    return hashValue(content) === seal ? (content as T) : null;
  } catch {
    return null;
  }
}

/** Writes `content` with a hash over it, at once and whole. */
export async function writeSealed(path: string, content: Hashable): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify({ seal: hashValue(content), content }, null, 1)}\n`, 0o666);
}
