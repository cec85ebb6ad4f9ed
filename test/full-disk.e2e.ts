import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { canHaveSmallDisk, useSmallDisk } from '@coordinator/store/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { coordinator, RunsFolder } from './support/coordinator.ts';

// Only root may mount a disk that is small enough.
describe.skipIf(!canHaveSmallDisk())('a cache disk without room', () => {
  const disk = useSmallDisk('30m');
  let cache = '';
  beforeEach(() => {
    cache = join(disk.path, 'cache');
  });

  const message = /Set-up needs 9\d\d MiB on the disk that holds \S+\/cache; 30\.0 MiB are free there\.\n/;
  const remedy =
    /→ Free \d+ MiB there, or choose a folder on another disk with --cache DIR or \$XDG_CACHE_HOME\.\n/;

  it('is told by setup before anything is fetched, with what is needed and where', async () => {
    const { code, stderr } = await coordinator('setup', '--cache', cache);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(remedy);
    expect(code).toBe(4);
    expect(readdirSync(cache)).toEqual([]);
  });

  it('is told by a run', async () => {
    const runs = new RunsFolder();
    try {
      const { code, stderr } = await runs.start('--cache', cache).ended;
      expect(stderr).toMatch(message);
      expect(code).toBe(4);
    } finally {
      runs.remove();
    }
  });
});
