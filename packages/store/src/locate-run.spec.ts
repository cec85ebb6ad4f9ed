import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findRun, listRuns, locateRun } from './locate-run.ts';

let runs = '';
const ids = ['20261121-090000-aaaa', '20261122-184500-x7q2', '20261122-184500-y111'];
beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), 'locate-'));
  for (const id of ids) mkdirSync(join(runs, id));
  mkdirSync(join(runs, 'something-else'));
  symlinkSync(ids[0] ?? '', join(runs, '20991231-235959-link'));
  symlinkSync(ids[0] ?? '', join(runs, 'latest'));
  writeFileSync(join(runs, ids[1] ?? '', 'report.json'), '{}');
});
afterEach(() => rmSync(runs, { recursive: true }));

describe('listRuns', () => {
  it('lists folders of runs, newest first', async () => {
    expect(await listRuns(runs)).toEqual([
      { id: ids[2], folder: join(runs, ids[2] ?? ''), finished: false },
      { id: ids[1], folder: join(runs, ids[1] ?? ''), finished: true },
      { id: ids[0], folder: join(runs, ids[0] ?? ''), finished: false },
    ]);
    expect(await listRuns(join(runs, 'nowhere'))).toEqual([]);
  });
});

describe('findRun', () => {
  it.each([
    ['20261122-184500-x7q2', 1],
    ['20261121', 0],
    ['20261122-184500-y', 2],
    ['latest', 2],
  ])('finds %s', async (name, index) => {
    expect(await findRun(runs, name)).toBe(join(runs, ids[index] ?? ''));
  });

  it('wants more of a name that begins several', async () => {
    await expect(findRun(runs, '20261122')).rejects.toMatchObject({
      code: 'not-found',
      message: '2 runs begin with "20261122"',
      remedy: 'write more of it, such as 20261122-184500-y111',
      exitCode: 2,
    });
  });

  it.each(['../x', '..', '.', '', '/etc', 'something-else', '2099', '20261122-184500-x7q2/..', 'nothing'])(
    'finds nothing for "%s"',
    async (name) => {
      await expect(findRun(runs, name)).rejects.toMatchObject({ code: 'not-found' });
    },
  );

  it('says when there is no run at all', async () => {
    await expect(findRun(join(runs, 'something-else'), 'latest')).rejects.toMatchObject({
      message: expect.stringContaining('no run is kept in'),
    });
  });
});

describe('locateRun', () => {
  it('takes paths as well', async () => {
    const folder = join(runs, ids[1] ?? '');
    writeFileSync(join(folder, 'events.jsonl'), '');
    expect(await locateRun(runs, 'latest')).toEqual({ kind: 'folder', folder: join(runs, ids[2] ?? '') });
    expect(await locateRun('/nowhere', `${folder}/`)).toEqual({ kind: 'folder', folder });
    expect(await locateRun(runs, join(folder, 'report.json'))).toEqual({
      kind: 'report',
      file: join(folder, 'report.json'),
    });
    expect(await locateRun(runs, join(folder, 'events.jsonl'))).toEqual({
      kind: 'events',
      file: join(folder, 'events.jsonl'),
      folder,
    });
    await expect(locateRun(runs, './none.json')).rejects.toMatchObject({
      code: 'not-found',
      message: './none.json is not there',
    });
  });
});
