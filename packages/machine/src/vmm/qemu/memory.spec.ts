import {
  closeSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RestoredMemory, type SavedMemory } from './memory.ts';

const MIB = 1 << 20;
const CHUNK = 1 << 18;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'memory-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A saved machine of 8 MiB with these pieces, each of bytes of its own. */
function saved(...chunks: readonly number[]): SavedMemory {
  const path = join(folder, 'memory');
  const file = openSync(path, 'w');
  for (const chunk of chunks) writeSync(file, Buffer.alloc(CHUNK, chunk + 1), 0, CHUNK, chunk * CHUNK);
  closeSync(file);
  truncateSync(path, 8 * MIB);
  return { file: path, pieces: chunks.map((chunk) => [chunk * CHUNK, CHUNK] as const) };
}

it.each([
  ['nothing', []],
  ['one piece at the end', [31]],
  ['pieces that are more than a slice together, and others', [0, 1, 2, 3, 4, 5, 9, 11, 12, 30]],
])('is what was saved, to the byte: %s', async (_, chunks) => {
  const state = saved(...chunks);
  const memory = await RestoredMemory.make(8);
  // As a VMM would, before it is filled.
  const own = openSync(`/proc/self/fd/${memory.descriptor}`, 'r');
  await memory.fill(state);
  const copy = readFileSync(own);
  expect(copy.equals(readFileSync(state.file))).toBe(true);
  // What was a hole takes no memory.
  expect(fstatSync(own).blocks * 512).toBe(chunks.length * CHUNK);
  closeSync(own);
});

it('says so when the saved one is cut, rather than being half of it', async () => {
  const state = saved(0, 1, 20);
  truncateSync(state.file, CHUNK);
  const memory = await RestoredMemory.make(8);
  await expect(memory.fill(state)).rejects.toThrow(/ends at byte/);
});
