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
import { fillMemory, type SavedMemory } from '@coordinator/machine/vmm';
import { closeFd, makeGuestMemory } from '@coordinator/vfio-user/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

const MIB = 1 << 20;
const CHUNK = 1 << 18;
/** No other specs in this process have memory of that size. */
const MEMORY_MIB = 9;

let folder: string;
/** What a VMM, which here is this process, has as its memory. */
let memory: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'memory-'));
  memory = makeGuestMemory(MEMORY_MIB * MIB).fd;
});
afterEach(() => {
  closeFd(memory);
  rmSync(folder, { recursive: true });
});

/** A saved machine with these pieces, each of bytes of its own. */
function saved(...chunks: readonly number[]): SavedMemory {
  const path = join(folder, 'memory');
  const file = openSync(path, 'w');
  for (const chunk of chunks) writeSync(file, Buffer.alloc(CHUNK, chunk + 1), 0, CHUNK, chunk * CHUNK);
  closeSync(file);
  truncateSync(path, MEMORY_MIB * MIB);
  return { file: path, pieces: chunks.map((chunk) => [chunk * CHUNK, CHUNK] as const) };
}

it.each([
  ['nothing', []],
  ['one piece at the end', [35]],
  ['pieces that are more than a slice together, and others', [0, 1, 2, 3, 4, 5, 9, 11, 12, 30]],
])('is what was saved, to the byte: %s', async (_, chunks) => {
  const state = saved(...chunks);
  await fillMemory(process.pid, MEMORY_MIB, state);
  const copy = readFileSync(`/proc/self/fd/${memory}`);
  expect(copy.equals(readFileSync(state.file))).toBe(true);
  // What was a hole takes no memory.
  expect(fstatSync(memory).blocks * 512).toBe(chunks.length * CHUNK);
});

it('says so when the saved one is cut, rather than being half of it', async () => {
  const state = saved(0, 1, 20);
  truncateSync(state.file, CHUNK);
  await expect(fillMemory(process.pid, MEMORY_MIB, state)).rejects.toThrow(/ends at byte/);
});

it('is that of a process with memory of its size, and of no other', async () => {
  const other = fillMemory(process.pid, MEMORY_MIB + 1, saved(0));
  await expect(other).rejects.toThrow(`process ${process.pid} has no memory file of ${MEMORY_MIB + 1} MiB`);
});
