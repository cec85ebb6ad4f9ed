import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Anything JSON can say, hashed independently of the order of object keys. */
export type Hashable =
  | string
  | number
  | boolean
  | null
  | readonly Hashable[]
  | { readonly [key: string]: Hashable };

/** Hexadecimal SHA-256 of a value's canonical form. */
export function hashValue(value: Hashable): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

function canonical(value: Hashable): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

/** Hexadecimal SHA-256 of a file's content. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

/** Files a build reads; whatever else lies beside them (objects, editor files) does not change the key. */
const SOURCE = /\.[chS]$|^(Makefile|Kbuild|init|start)$/;

/** Paths of a source folder's files, relative to it, sorted. */
export async function listSources(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && SOURCE.test(entry.name) && !entry.name.endsWith('.mod.c'))
    .map((entry) => relative(directory, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

/** Maps each source file of a folder to its hash. */
export async function hashSources(directory: string): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const path of await listSources(directory)) {
    hashes[path] = createHash('sha256')
      .update(await readFile(join(directory, path)))
      .digest('hex');
  }
  return hashes;
}
