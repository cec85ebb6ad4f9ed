import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleEvents, sampleReport } from '@coordinator/shared/testing';
import { describe, expect, it } from 'vitest';
import { locateRun } from './locate-run.ts';
import { readRun } from './read-run.ts';
import { RunStore } from './run-store.ts';
import type { StoreError } from './store-error.ts';
import { canHaveSmallDisk, useSmallDisk } from './testing/small-disk.ts';

// Only root may mount a disk that is small enough.
describe.skipIf(!canHaveSmallDisk())('a full disk', () => {
  const disk = useSmallDisk('64k');

  it('costs nothing that was written before, and is told of once', async () => {
    const store = await RunStore.create(join(disk.path, 'runs'));
    const failures: StoreError[] = [];
    const log = store.openEventLog({ onFailure: (error) => void failures.push(error) });
    let appended = 0;
    for (let round = 0; round < 100; round++) {
      for (const event of sampleEvents) {
        log.append(event);
        appended += 1;
      }
    }
    const lost = log.close();
    expect(failures.map((error) => error.code)).toEqual(['disk-full']);
    const lines = readFileSync(log.path, 'utf8').split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.length).toBe(appended - lost);
    expect(JSON.parse(lines.at(-1) ?? '')).toHaveProperty('at_ms');

    writeFileSync(join(disk.path, 'rest'), '');
    spawnSync('dd', ['if=/dev/zero', `of=${join(disk.path, 'rest')}`, 'bs=4k', 'count=64']);
    await expect(store.writeReport(sampleReport())).rejects.toMatchObject({ code: 'disk-full' });
    expect(readdirSync(store.folder)).toEqual(['events.jsonl']);

    const { report, damage } = await readRun(await locateRun(join(disk.path, 'runs'), 'latest'));
    expect(damage).toEqual([]);
    expect(report.run).toBe('20261122-184500-x7q2');
  });
});
