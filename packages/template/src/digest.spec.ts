import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Digest, isIntact, makeDigest } from './digest.ts';

const MIB = 1 << 20;
const SIZE = 8 * MIB + 5;
/** From end to end, every eleventh of them where something is. */
const PLACES = Array.from({ length: 100 }, (_, n) =>
  n % 11 === 0 ? 3 * MIB - 2 + n : Math.floor((n * (SIZE - 1)) / 99),
);

let folder: string;
let path: string;
let digest: Digest;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'digest-'));
  path = join(folder, 'memory');
  const file = openSync(path, 'w');
  ftruncateSync(file, SIZE);
  writeSync(file, Buffer.alloc(200, 'hello'), 0, 200, 3 * MIB - 2);
  closeSync(file);
  digest = await makeDigest(path);
});
afterEach(() => rmSync(folder, { recursive: true }));

function flip(at: number): void {
  const file = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, at);
  writeSync(file, Buffer.from([(byte[0] ?? 0) ^ 0x10]), 0, 1, at);
  closeSync(file);
}

describe('the digest of a saved guest', () => {
  it('has a hash of each piece, and none of holes', () => {
    expect([digest.size, digest.pieces.map(([at]) => at)]).toEqual([SIZE, [2.75 * MIB, 3 * MIB]]);
    expect(digest.allocated).toBeLessThan(MIB / 2);
  });

  it('is that of the file, whether holes are holes or zeros', async () => {
    expect(await isIntact(path, digest)).toBe(true);
    const full = Buffer.alloc(SIZE);
    full.write('hello'.repeat(40), 3 * MIB - 2);
    writeFileSync(path, full);
    expect(await isIntact(path, digest)).toBe(true);
    full[7 * MIB] = 1;
    writeFileSync(path, full);
    expect(await isIntact(path, digest)).toBe(false);
  });

  it('is not that of a file in which a bit is flipped, at any of 100 places', async () => {
    for (const at of PLACES) {
      flip(at);
      expect(await isIntact(path, digest), `at ${at}`).toBe(false);
      flip(at);
      // The hole that was written to may stay filled: its zeros are read then.
      expect(await isIntact(path, digest), `at ${at}, flipped back`).toBe(true);
    }
  });

  it('is not that of a file that was cut at any of 100 places, or is longer', async () => {
    const whole = join(folder, 'whole');
    copyFileSync(path, whole);
    for (const size of [...PLACES, SIZE + 1, 2 * SIZE]) {
      if (size === SIZE) continue;
      copyFileSync(whole, path);
      truncateSync(path, size);
      expect(await isIntact(path, digest), `of ${size}`).toBe(false);
      // Cut, and filled up again.
      truncateSync(path, SIZE);
      expect(await isIntact(path, digest), `filled up from ${size}`).toBe(size >= 3 * MIB + 198);
    }
  });

  it('is not made of a file that is not there', async () => {
    rmSync(path);
    await expect(isIntact(path, digest)).rejects.toThrow(/ENOENT/);
  });
});
