import { mkdir, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseKeepRule } from './keep-rule.ts';
import { pruneRuns } from './prune.ts';
import { runNames } from './testing/run-names.ts';
import { makeRunsFolder, storeRun } from './testing/stored-runs.ts';

const NOW = Date.parse('2026-11-20T09:30:00Z');
const none = { isRunning: () => false, now: NOW };
const names = runNames(10);

async function tenRuns(): Promise<string> {
  const runs = await makeRunsFolder();
  for (const [index, name] of names.entries())
    await storeRun(runs, name, index === 2 ? { outcome: 'fail', exit_code: 1 } : {});
  return runs;
}
const left = async (runs: string) => (await readdir(runs)).filter((name) => /^\d|^\./.test(name));

describe('pruning', () => {
  it('keeps so many of the newest, and those that did not pass', async () => {
    const runs = await tenRuns();
    const { removed, spared } = await pruneRuns(runs, { ...none, keep: { count: 4 } });
    expect(removed.map(({ run }) => run)).toEqual([0, 1, 3, 4, 5].map((index) => names[index]));
    expect(spared).toBe(1);
    expect(await left(runs)).toEqual([2, 6, 7, 8, 9].map((index) => names[index]));
  });

  it('goes by age, and by the names of the runs', async () => {
    const runs = await tenRuns();
    await pruneRuns(runs, { ...none, keep: { ageMs: 4 * 3_600_000 }, failedToo: true });
    expect(await left(runs)).toEqual(names.slice(6));
  });

  it('only says what it would do', async () => {
    const runs = await tenRuns();
    const { removed } = await pruneRuns(runs, { ...none, keep: { count: 0 }, dryRun: true });
    expect(removed).toHaveLength(9);
    expect(await left(runs)).toEqual(names);
  });

  it('leaves alone what is at work, what asks, and what may be at work elsewhere', async () => {
    const runs = await tenRuns();
    for (const name of [names[1], names[3]]) await rm(join(runs, name ?? '', 'report.json'));
    await writeFile(join(runs, names[1] ?? '', 'events.jsonl'), '');
    await utimes(join(runs, names[1] ?? '', 'events.jsonl'), NOW / 1000, NOW / 1000);
    await writeFile(join(runs, names[3] ?? '', 'events.jsonl'), '');
    await utimes(join(runs, names[3] ?? '', 'events.jsonl'), NOW / 1000 - 100_000, NOW / 1000 - 100_000);
    const options = { ...none, keep: { count: 0 }, failedToo: true, spare: names[9] ?? '' };
    await pruneRuns(runs, { ...options, isRunning: (run) => run === names[5] });
    expect(await left(runs)).toEqual([1, 5, 9].map((index) => names[index]));
  });

  it('follows no links, and removes what an interrupted one had left', async () => {
    const [runs, elsewhere] = [await tenRuns(), await makeRunsFolder()];
    await writeFile(join(elsewhere, 'precious'), '');
    await symlink(elsewhere, join(runs, names[0] ?? '', 'guest-1'));
    const linked = '20260101-000000-link';
    await symlink(elsewhere, join(runs, linked));
    await mkdir(join(runs, '.forgotten-20260101-000000-half'));
    await symlink(elsewhere, join(runs, '.forgotten-20260101-000000-link'));
    await mkdir(join(runs, '.forgotten-something'));
    await pruneRuns(runs, { ...none, keep: { count: 0 } });
    expect(await readdir(elsewhere)).toEqual(['precious']);
    expect(await left(runs)).toEqual(['.forgotten-something', linked, names[2]]);
  });

  it('says which rule cannot be', () => {
    expect(parseKeepRule('100')).toEqual({ count: 100 });
    expect(parseKeepRule('90d')).toEqual({ ageMs: 90 * 86_400_000 });
    for (const text of ['', '-1', '1.5d', '90 days', '0d', '99999d', '9999999', 'all'])
      expect(() => parseKeepRule(text), text).toThrow(TypeError);
  });
});
