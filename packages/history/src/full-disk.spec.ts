import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canHaveSmallDisk, useSmallDisk } from '@coordinator/store/testing';
import { describe, expect, it } from 'vitest';
import { INDEX_FILE } from './index-file/index.ts';
import { listHistory } from './select.ts';
import { runNames } from './testing/run-names.ts';
import { storeRun } from './testing/stored-runs.ts';

// Only root may mount a disk that is small enough.
describe.skipIf(!canHaveSmallDisk())('an index on a full disk', () => {
  const disk = useSmallDisk('512k');

  it('loses lines, of which lists know, and takes them when there is room', async () => {
    const runs = join(disk.path, 'runs');
    const names = runNames(20);
    for (const name of names) await storeRun(runs, name);
    const list = async () => (await listHistory(runs, { isRunning: () => false })).runs.map(({ run }) => run);
    spawnSync('dd', ['if=/dev/zero', `of=${join(disk.path, 'rest')}`, 'bs=1k', 'count=1024']);
    expect(await list()).toEqual(names.toReversed());
    expect(await list()).toEqual(names.toReversed());
    // Room for a part of it.
    writeFileSync(join(disk.path, 'rest'), '');
    spawnSync('dd', ['if=/dev/zero', `of=${join(disk.path, 'rest')}`, 'bs=1k', 'count=1024']);
    rmSync(join(disk.path, 'rest'));
    expect(await list()).toEqual(names.toReversed());
    const lines = readFileSync(join(runs, INDEX_FILE), 'utf8').split('\n');
    for (const name of names)
      expect(lines.some((line) => line.includes(name) && line.endsWith('}'))).toBe(true);
  });
});
