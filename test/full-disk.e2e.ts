import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { coordinator, RunsFolder } from './support/coordinator.ts';
import { SmallDisk } from './support/small-disk.ts';

// Only root may mount a disk that is small enough.
describe.skipIf(!SmallDisk.isPossible)('a cache disk without room', () => {
  let disk: SmallDisk;
  let cache = '';
  beforeEach(() => {
    disk = new SmallDisk(30);
    cache = join(disk.path, 'cache');
  });
  afterEach(() => disk.remove());

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
