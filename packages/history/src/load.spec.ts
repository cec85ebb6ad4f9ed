import { appendFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostileText, sampleEvents, sampleReport } from '@coordinator/shared/testing';
import { describe, expect, it } from 'vitest';
import { INDEX_FILE } from './index-file/index.ts';
import { loadHistory, noteRun } from './load.ts';
import { listHistory } from './select.ts';
import { runNames } from './testing/run-names.ts';
import { makeRunsFolder, passedReport, storeRun } from './testing/stored-runs.ts';

const none = { isRunning: () => false };
const list = async (runs: string) => (await listHistory(runs, none)).runs;

describe('the history of runs', () => {
  it('has the newest first, and says of each what it was and why it did not pass', async () => {
    const runs = await makeRunsFolder();
    const [first = '', second = ''] = runNames(2);
    await storeRun(runs, first);
    await storeRun(runs, second, sampleReport());
    expect(await list(runs)).toMatchObject([
      {
        run: second,
        state: 'finished',
        command: 'test --guests 5',
        outcome: 'error',
        guests: 5,
        endings: { pass: 1, fail: 1, hang: 1, panic: 1, error: 1 },
        reason: 'guest-2: a test failed',
      },
      { run: first, outcome: 'pass', guests: 1, reason: null, kernels: ['6.12.107+deb13-arm64'] },
    ]);
  });

  it('chooses by outcome, and counts what it does not show', async () => {
    const runs = await makeRunsFolder();
    const names = runNames(5);
    for (const name of names) await storeRun(runs, name, name === names[1] ? { outcome: 'hang' } : {});
    expect(await listHistory(runs, { ...none, limit: 2 })).toMatchObject({
      runs: [{ run: names[4] }, { run: names[3] }],
      matching: 5,
      kept: 5,
    });
    const hung = await listHistory(runs, { ...none, outcome: 'hang' });
    expect(hung).toMatchObject({ runs: [{ run: names[1] }], matching: 1, kept: 5 });
  });

  it('tells runs without a report by whether somebody is at work', async () => {
    const runs = await makeRunsFolder();
    const [running = '', dead = '', empty = ''] = runNames(3);
    for (const name of [running, dead, empty]) await mkdir(join(runs, name));
    await writeFile(join(runs, running, 'events.jsonl'), `${JSON.stringify(sampleEvents[0])}\n`);
    const { runs: found } = await listHistory(runs, { isRunning: (run) => run === running });
    expect(found).toMatchObject([
      { run: empty, state: 'unfinished', command: '', outcome: null },
      { run: dead, state: 'unfinished' },
      {
        run: running,
        state: 'running',
        command: 'test --guests 5',
        guests: 5,
        started: '2026-11-22T18:45:00.000Z',
      },
    ]);
  });
});

describe('the index', () => {
  it('is believed as long as the report is the one it was made of', async () => {
    const runs = await makeRunsFolder();
    const [name = ''] = runNames(1);
    await storeRun(runs, name);
    await list(runs);
    const path = join(runs, INDEX_FILE);
    await writeFile(path, (await readFile(path, 'utf8')).replace('"command":"test', '"command":"changed'));
    expect(await list(runs)).toMatchObject([{ command: expect.stringMatching(/^changed/) }]);
    await storeRun(runs, name, {
      outcome: 'panic',
      command: ['coordinator', 'stress', '--runs', 'x', '--rounds', '3'],
    });
    expect(await list(runs)).toMatchObject([{ outcome: 'panic', command: 'stress --rounds 3' }]);
    await storeRun(runs, name, { outcome: 'hang' });
    expect(await listHistory(runs, { ...none, outcome: 'panic' })).toMatchObject({ matching: 0, kept: 1 });
    await loadHistory(runs, { ...none, rebuild: true });
    expect((await readFile(path, 'utf8')).trim().split('\n')).toHaveLength(1);
  });

  it.each<[string, (path: string, run: string) => Promise<void>]>([
    ['is gone', (path) => rm(path)],
    ['is cut off', async (path) => writeFile(path, (await readFile(path)).subarray(0, 200))],
    ['is something else', (path) => writeFile(path, '\0\u{1f4a5}\n[]\n{"v":1}\nnull\n')],
    [
      'is a folder',
      async (path) =>
        rm(path)
          .then(() => mkdir(path))
          .then(() => {}),
    ],
    ['is a link', async (path) => rm(path).then(() => symlink('/dev/zero', path))],
    [
      'says what cannot be',
      async (path, run) =>
        writeFile(
          path,
          (await readFile(path, 'utf8'))
            .replace('"endings":{', '"endings":{"pass":"many","x":{')
            .replace(run, run),
        ),
    ],
  ])('is made anew where it %s', async (_, spoil) => {
    const runs = await makeRunsFolder();
    const names = runNames(3);
    for (const name of names) await storeRun(runs, name);
    const before = await list(runs);
    await spoil(join(runs, INDEX_FILE), names[0] ?? '');
    expect(await list(runs)).toEqual(before);
    expect(await list(runs)).toEqual(before);
  });

  it('takes runs of many writers at once, and one after a line that was cut off', async () => {
    const runs = await makeRunsFolder();
    const names = runNames(40);
    for (const name of names) await storeRun(runs, name);
    await appendFile(join(runs, INDEX_FILE), '{"v":1,"run":"20261120-0');
    const report = passedReport();
    await Promise.all([...names.map((name) => noteRun(runs, name, report)), list(runs), list(runs)]);
    expect((await list(runs)).map(({ run }) => run)).toEqual(names.toReversed());
    const lines = (await readFile(join(runs, INDEX_FILE), 'utf8')).split('\n').filter((line) => line !== '');
    expect(lines.filter((line) => line.endsWith('}')).length).toBe(lines.length - 1);
  });

  it('is bounded: lines of runs that are gone go as well', async () => {
    const runs = await makeRunsFolder();
    const [name = ''] = runNames(1);
    await storeRun(runs, name);
    for (let time = 0; time < 250; time += 1) await noteRun(runs, name, passedReport());
    await list(runs);
    expect((await readFile(join(runs, INDEX_FILE), 'utf8')).trim().split('\n')).toHaveLength(1);
  });

  it('lists nothing outside of the folder, and what is no report as damaged', async () => {
    const [runs, elsewhere] = [await makeRunsFolder(), await makeRunsFolder()];
    const [real = '', linked = '', bad = ''] = runNames(3);
    await storeRun(elsewhere, real);
    await symlink(join(elsewhere, real), join(runs, linked));
    await mkdir(join(runs, bad));
    await writeFile(join(runs, bad, 'report.json'), '{"version":1}');
    await mkdir(join(runs, real));
    await symlink(join(elsewhere, real, 'report.json'), join(runs, real, 'report.json'));
    expect(await list(runs)).toMatchObject([
      { run: bad, state: 'damaged', reason: expect.stringMatching(/is not a report/) },
      { run: real, state: 'unfinished' },
    ]);
  });

  it('keeps a few hundred characters of what guests say', async () => {
    const runs = await makeRunsFolder();
    const [name = ''] = runNames(1);
    const report = sampleReport();
    const guests = report.guests.map((guest) => ({
      ...guest,
      reason: hostileText.repeat(1000),
      kernel: 'k'.repeat(5000),
    }));
    await storeRun(runs, name, { ...report, guests });
    await list(runs);
    const line = (await readFile(join(runs, INDEX_FILE), 'utf8')).trim();
    expect(line.split('\n')).toHaveLength(1);
    expect(line.length).toBeLessThan(4000);
  });
});
