import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INDEX_FILE } from './index-file/index.ts';
import { listHistory } from './select.ts';
import { runNames } from './testing/run-names.ts';
import { storeRun } from './testing/stored-runs.ts';

/** A real file system of 512 KiB, where this process may mount one. */
let disk = '';
let mounted = false;
beforeAll(() => {
  disk = mkdtempSync(join(tmpdir(), 'history-disk-'));
  mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'coordinator-spec', disk]).status === 0;
});
afterAll(() => {
  if (mounted) spawnSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
});

describe('an index on a full disk', () => {
  it('loses lines, of which lists know, and takes them when there is room', async ({ skip }) => {
    if (!mounted) skip('not allowed to mount a tmpfs');
    const runs = join(disk, 'runs');
    const names = runNames(20);
    for (const name of names) await storeRun(runs, name);
    const list = async () => (await listHistory(runs, { isRunning: () => false })).runs.map(({ run }) => run);
    spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'rest')}`, 'bs=1k', 'count=1024']);
    expect(await list()).toEqual(names.toReversed());
    expect(await list()).toEqual(names.toReversed());
    // Room for a part of it.
    writeFileSync(join(disk, 'rest'), '');
    spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'rest')}`, 'bs=1k', 'count=1024']);
    rmSync(join(disk, 'rest'));
    expect(await list()).toEqual(names.toReversed());
    const lines = readFileSync(join(runs, INDEX_FILE), 'utf8').split('\n');
    for (const name of names)
      expect(lines.some((line) => line.includes(name) && line.endsWith('}'))).toBe(true);
  });
});
