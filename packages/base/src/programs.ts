import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Path of `program` on $PATH, or null. */
export function findInPath(program: string, path = process.env['PATH'] ?? ''): string | null {
  const folders = path.split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, program)).find(isExecutable) ?? null;
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `word` as a POSIX shell reads it back: in quotes where it needs them. */
export function quoteWord(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
