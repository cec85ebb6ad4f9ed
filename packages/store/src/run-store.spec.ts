import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleReport } from '@coordinator/shared/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isRunId, newRunId } from './run-id.ts';
import { RunStore } from './run-store.ts';

let runs = '';
beforeEach(() => {
  runs = join(mkdtempSync(join(tmpdir(), 'runs-')), 'deep', 'runs');
});
afterEach(() => rmSync(join(runs, '..', '..'), { recursive: true, force: true }));

describe('newRunId', () => {
  it('names the second and four random characters', () => {
    expect(newRunId(new Date('2026-11-22T18:45:00.999Z'))).toMatch(/^20261122-184500-[0-9a-z]{4}$/);
    expect(new Set(Array.from({ length: 50 }, () => newRunId())).size).toBeGreaterThan(45);
  });

  it.each(['', 'latest', '20261122-184500-x7q', '../20261122-184500-x7q2', '20261122-184500-x7q2\n'])(
    'is not "%s"',
    (text) => expect(isRunId(text)).toBe(false),
  );
});

describe('RunStore', () => {
  it('makes a folder that only the user may enter, and points "latest" there', async () => {
    const first = await RunStore.create(runs);
    const second = await RunStore.create(runs);
    expect(isRunId(first.id)).toBe(true);
    expect(statSync(second.folder).mode & 0o777).toBe(0o700);
    expect(statSync(runs).mode & 0o777).toBe(0o700);
    expect(readlinkSync(join(runs, 'latest'))).toBe(second.id);
    expect(readdirSync(runs).sort()).toEqual([first.id, second.id, 'latest'].sort());
  });

  it('does not mind something else called "latest"', async () => {
    mkdirSync(join(runs, 'latest'), { recursive: true });
    const store = await RunStore.create(runs);
    expect(readdirSync(runs).sort()).toEqual([store.id, 'latest'].sort());
    expect(lstatSync(join(runs, 'latest')).isDirectory()).toBe(true);
  });

  it('never goes on in the folder of another run', async () => {
    const { id } = await RunStore.create(runs);
    await expect(RunStore.create(runs, id)).rejects.toMatchObject({ code: 'unwritable', exitCode: 4 });
  });

  it('says what to do when there is no place', async () => {
    mkdirSync(join(runs, '..'), { recursive: true });
    writeFileSync(runs, 'a file');
    await expect(RunStore.create(runs)).rejects.toMatchObject({
      code: 'unwritable',
      message: expect.stringContaining('cannot make a folder for the run: '),
      remedy: 'choose a folder that can be written with --runs DIR',
    });
  });

  it('writes the report whole or not at all', async () => {
    const store = await RunStore.create(runs);
    await store.writeReport(sampleReport());
    const path = join(store.folder, 'report.json');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(sampleReport());
    expect(statSync(path).mode & 0o777).toBe(0o600);
    chmodSync(path, 0o400);
    await store.writeReport({ ...sampleReport(), reason: 'again' });
    expect(readFileSync(path, 'utf8')).toContain('"reason": "again"');
    expect(readdirSync(store.folder)).toEqual(['report.json']);
    rmSync(store.folder, { recursive: true });
    await expect(store.writeReport(sampleReport())).rejects.toMatchObject({ code: 'unwritable' });
  });
});
