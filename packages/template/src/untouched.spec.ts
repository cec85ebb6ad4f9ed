import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { isUntouched, noteIntact, stateOf } from './untouched.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'untouched-'));
  path = join(folder, 'memory');
  writeFileSync(path, Buffer.alloc(100_000, 'hello'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

/** As when it was written an hour ago. */
function later(): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3600_000 });
}

function write(at: number, text: string): void {
  const file = openSync(path, 'r+');
  writeSync(file, text, at);
  closeSync(file);
}

it('a file that was found intact is so until something is written to it', async () => {
  later();
  expect(await isUntouched(path)).toBe(false);
  await noteIntact(path, await stateOf(path));
  expect(await isUntouched(path)).toBe(true);
  expect(await isUntouched(path)).toBe(true);
});

it.each<[string, () => void]>([
  ['a byte is written, the same as before', () => write(0, 'h')],
  ['it is cut', () => truncateSync(path, 99_999)],
  ['it is cut and filled up again', () => [99_000, 100_000].forEach((size) => void truncateSync(path, size))],
  [
    'another of the same bytes takes its place',
    () => {
      copyFileSync(path, `${path}.copy`);
      renameSync(`${path}.copy`, path);
    },
  ],
  [
    'a byte is written, and the time of that set back',
    () => {
      write(50_000, 'H');
      utimesSync(path, 0, 0);
    },
  ],
  ['it is gone', () => rmSync(path)],
  ['the note is damaged', () => writeFileSync(`${path}.intact`, '')],
])('is looked at again when %s', async (_, change) => {
  later();
  await noteIntact(path, await stateOf(path));
  change();
  expect(await isUntouched(path)).toBe(false);
});

it('is not taken for intact when it was written to while it was read', async () => {
  later();
  const before = await stateOf(path);
  write(10, 'x');
  await noteIntact(path, before);
  expect(await isUntouched(path)).toBe(false);
});

it('is not taken for intact when it was written to a moment before: more may be in the same tick', async () => {
  await noteIntact(path, await stateOf(path));
  expect(existsSync(join(folder, 'intact'))).toBe(false);
});

it('nothing comes of a file that is not there', async () => {
  await noteIntact(join(folder, 'none'), '');
  expect(await isUntouched(join(folder, 'none'))).toBe(false);
});
