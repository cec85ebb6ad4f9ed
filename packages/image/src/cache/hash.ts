import { type BinaryToTextEncoding, createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

const CHUNK_BYTES = 1 << 20;

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

/** Hash of a file's content: hexadecimal SHA-256, if not told otherwise. */
export async function hashFile(
  path: string,
  algorithm = 'sha256',
  encoding: BinaryToTextEncoding = 'hex',
): Promise<string> {
  const hash = createHash(algorithm);
  // At once, and by this thread, takes a tenth of the time for a small file; a warm start hashes a hundred sources.
  if (statSync(path).size <= CHUNK_BYTES) hash.update(readFileSync(path));
  else for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) hash.update(chunk);
  return hash.digest(encoding);
}

/** Paths of all files below a folder, relative to it, sorted. */
export async function listFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

/** Maps files of a folder, by default all below it, to their hashes. */
export async function hashFiles(
  directory: string,
  paths?: readonly string[],
): Promise<Record<string, string>> {
  const all = paths ?? (await listFiles(directory));
  const hashes = await Promise.all(all.map((path) => hashFile(join(directory, path))));
  return Object.fromEntries(all.map((path, index) => [path, hashes[index] ?? '']));
}

/** Files a build reads; whatever else lies beside them (objects, editor files) does not change the key. */
const SOURCE = /(\.([chS]|mk)|(^|\/)(Makefile|Kbuild|init|start))$/;

/** Paths of the source files below a folder, or below those of its `parts`, relative to it, sorted. */
export async function listSources(directory: string, parts?: readonly string[]): Promise<string[]> {
  const isIn = (path: string) => parts?.some((part) => path.startsWith(`${part}/`)) ?? true;
  const files = await listFiles(directory);
  return files.filter((path) => SOURCE.test(path) && !path.endsWith('.mod.c') && isIn(path));
}

/** Maps each source file of a folder, or of its `parts`, to its hash. */
export async function hashSources(
  directory: string,
  parts?: readonly string[],
): Promise<Record<string, string>> {
  return hashFiles(directory, await listSources(directory, parts));
}
