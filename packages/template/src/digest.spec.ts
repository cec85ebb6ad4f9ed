import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestSparse } from './digest.ts';

const MIB = 1 << 20;
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'digest-'));
  path = join(folder, 'memory');
  const file = openSync(path, 'w');
  ftruncateSync(file, 8 * MIB + 5);
  writeSync(file, 'hello', 3 * MIB - 2);
  closeSync(file);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the digest of a saved guest', () => {
  it('is that of its content, whether holes are holes or zeros', async () => {
    const sparse = await digestSparse(path);
    const full = Buffer.alloc(8 * MIB + 5);
    full.write('hello', 3 * MIB - 2);
    writeFileSync(path, full);
    expect(await digestSparse(path)).toBe(sparse);
  });

  it('is another one when a byte is another, anywhere', async () => {
    const before = await digestSparse(path);
    const seen = new Set([before]);
    const places = Array.from({ length: 100 }, (_, n) => Math.floor((n * (8 * MIB + 4)) / 99));
    for (const at of places) {
      const file = openSync(path, 'r+');
      writeSync(file, Buffer.from([0xa5]), 0, 1, at);
      closeSync(file);
      seen.add(await digestSparse(path));
    }
    expect(seen.size).toBe(places.length + 1);
  });

  it('is another one when the file is cut or longer', async () => {
    const seen = new Set([await digestSparse(path)]);
    for (const size of [8 * MIB + 6, 8 * MIB, 3 * MIB, 1, 0]) {
      const file = openSync(path, 'r+');
      ftruncateSync(file, size);
      closeSync(file);
      seen.add(await digestSparse(path));
    }
    expect(seen.size).toBe(6);
  });
});
