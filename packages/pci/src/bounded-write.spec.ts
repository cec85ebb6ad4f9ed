import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlockedWriteError, writeBounded } from './bounded-write.ts';

const LONG_MS = 60_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'write-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('writeBounded', () => {
  it('writes, also nothing but a line feed', async () => {
    const file = join(folder, 'driver_override');
    writeFileSync(file, 'vfio-pci\n');
    await writeBounded(file, '\n', LONG_MS);
    expect(readFileSync(file, 'utf8')).toBe('\n');
  });

  it('gives the reason of the kernel', async () => {
    await expect(writeBounded(folder, 'x', LONG_MS)).rejects.toThrow(`${folder}: Is a directory`);
    await expect(writeBounded('/dev/full', 'x', LONG_MS)).rejects.toThrow(
      '/dev/full: No space left on device',
    );
  });

  it('leaves a write that does not end', async () => {
    const file = join(folder, 'unbind');
    execFileSync('mkfifo', [file]);
    await expect(writeBounded(file, 'x', 50)).rejects.toThrow(BlockedWriteError);
  });
});
