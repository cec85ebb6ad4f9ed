import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Removes all files of a folder but the newest. @throws the file system's error when there is no such folder */
export function keepNewest(folder: string, most: number): void {
  const age = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const files = readdirSync(folder).map((name) => join(folder, name));
  files.sort((a, b) => age(b) - age(a));
  for (const file of files.slice(most)) rmSync(file, { force: true });
}
