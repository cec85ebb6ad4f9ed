import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent } from '@coordinator/shared/event';
import { sampleEvents, sampleReport } from '@coordinator/shared/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoredList } from './stored-list.ts';
import { StoredRuns } from './stored-runs.ts';

const RUN = '20261122-184500-x7q2';
let runsDir: string;
let runs: StoredRuns;
const running = new Set<string>();
beforeEach(() => {
  runsDir = mkdtempSync(join(tmpdir(), 'runs-'));
  running.clear();
  runs = new StoredRuns({ runsDir, running: () => running, list: new StoredList(runsDir, () => running) });
});
afterEach(() => {
  runs.close();
  rmSync(runsDir, { recursive: true });
});

const lines = (events: readonly RunEvent[]) => events.map((event) => `${JSON.stringify(event)}\n`).join('');

function keep(run: string, events: readonly RunEvent[], finished = false): string {
  const folder = join(runsDir, run);
  mkdirSync(folder);
  writeFileSync(join(folder, 'events.jsonl'), lines(events));
  if (finished) writeFileSync(join(folder, 'report.json'), JSON.stringify({ ...sampleReport(), run }));
  return folder;
}

describe('runs of a store', () => {
  it('are followed while they go on', async () => {
    running.add(RUN);
    const folder = keep(RUN, sampleEvents.slice(0, 10));
    const watched = await runs.open('latest');
    expect([watched.run, watched.state, watched.history.last]).toEqual([RUN, 'running', 10]);
    const text = lines(sampleEvents.slice(10));
    // Cut in the middle of a line, as a reader may find it.
    appendFileSync(join(folder, 'events.jsonl'), text.slice(0, 1000));
    await expect.poll(() => watched.history.last).toBeGreaterThan(10);
    appendFileSync(join(folder, 'events.jsonl'), text.slice(1000));
    await expect.poll(() => watched.state).toBe('ended');
    expect(watched.history.last).toBe(sampleEvents.length);
  });

  it('are told from the start when their log is written anew', async () => {
    running.add(RUN);
    const folder = keep(RUN, sampleEvents.slice(0, 20));
    const watched = await runs.open(RUN);
    rmSync(join(folder, 'events.jsonl'));
    writeFileSync(join(folder, 'events.jsonl'), lines(sampleEvents.slice(0, 5)));
    await expect.poll(() => watched.history.last).toBe(5);
  });

  it('are known as left when their coordinator has died', async () => {
    keep(RUN, sampleEvents.slice(0, 10));
    expect((await runs.open(RUN)).state).toBe('abandoned');
  });

  it('have no names that lead elsewhere', async () => {
    symlinkSync('/etc', join(runsDir, '20261122-184500-aaaa'));
    for (const name of ['../etc', '/etc', '20261122-184500-aaaa', '.', 'nothing'])
      await expect(runs.open(name), name).rejects.toThrow();
  });

  it('are so many at once and no more, and can be left', async () => {
    const ids = Array.from({ length: 9 }, (_, n) => `20261122-18450${n}-x7q2`);
    for (const id of ids) keep(id, sampleEvents);
    const open = [];
    for (const id of ids.slice(0, 8)) open.push(await runs.open(id));
    await expect(runs.open(ids[8] ?? '')).rejects.toThrow('too many runs');
    for (const one of open) runs.release(one);
    expect((await runs.open(ids[8] ?? '')).state).toBe('ended');
  });

  it('are listed newest first, by pages, whatever state they are in', async () => {
    for (let n = 0; n < 5; n++) keep(`20261122-18450${n}-x7q2`, sampleEvents, true);
    keep('20261122-184506-left', sampleEvents.slice(0, 3));
    keep('20261122-184507-runs', sampleEvents.slice(0, 3));
    mkdirSync(join(runsDir, '20261122-184508-none'));
    running.add('20261122-184507-runs');
    const first = await runs.list(null, 4);
    expect(
      first.runs.map(({ run, state, outcome, guests }) => [run.slice(-4), state, outcome, guests]),
    ).toEqual([
      ['none', 'abandoned', null, null],
      ['runs', 'running', null, 5],
      ['left', 'abandoned', null, 5],
      ['x7q2', 'ended', 'error', 5],
    ]);
    expect([first.total, first.more]).toEqual([8, true]);
    const second = await runs.list(first.runs.at(-1)?.run ?? '', 10);
    expect([second.runs.length, second.more]).toEqual([4, false]);
  });

  it('are asked how often tests failed in those of them that are finished', async () => {
    for (let n = 0; n < 3; n++) keep(`20261122-18450${n}-x7q2`, sampleEvents, true);
    keep('20261122-184506-left', sampleEvents.slice(0, 3));
    const told = await runs.flakes(2);
    expect(told).toMatchObject({ type: 'flakes', last: 2, runs: 2, omitted: 0 });
    expect(told.failing.map(({ test, runs, rate }) => [test, runs, rate > 0])).toContainEqual([
      'memcpy/0x100#2',
      2,
      true,
    ]);
    expect((await runs.flakes(100)).runs).toBe(3);
  });
});
