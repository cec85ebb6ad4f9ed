import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent } from '@coordinator/shared/event';
import { foldEvents, sampleEvents, sampleReport } from '@coordinator/shared/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openInside } from './open-inside.ts';
import { readRun } from './read-run.ts';

let folder = '';
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'read-run-')), 'run');
  mkdirSync(folder);
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

const lines = (events: readonly RunEvent[]) => events.map((event) => `${JSON.stringify(event)}\n`).join('');
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const readFolder = (onEvent?: (event: RunEvent) => void) => readRun({ kind: 'folder', folder }, onEvent);
const readReportFile = () => readRun({ kind: 'report', file: join(folder, 'report.json') });

describe('readRun', () => {
  it('hands the events on and makes the report of them', async () => {
    write('events.jsonl', lines(sampleEvents));
    const events: RunEvent[] = [];
    expect(await readFolder((event) => events.push(event))).toEqual({ report: sampleReport(), damage: [] });
    expect(events).toEqual(sampleEvents);
  });

  it('takes what a killed coordinator left, up to the line it was writing', async () => {
    const text = lines(sampleEvents.slice(0, 20));
    write('events.jsonl', text.slice(0, -10));
    const { report, damage } = await readFolder();
    expect(report).toEqual(foldEvents(sampleEvents.slice(0, 19)));
    expect(report.reason).toBe('the coordinator ended before the run did');
    expect(damage).toEqual(['events.jsonl:20: the last line is cut off']);
  });

  it('says which lines are no events, and not too often', async () => {
    const [start = '', ...rest] = lines(sampleEvents).split('\n');
    const junk = ['{"type":"dance"}', '[]', 'x'.repeat(2 ** 21), ...Array(20).fill('junk')];
    write('events.jsonl', [start, ...junk, ...rest].join('\n'));
    const { report, damage } = await readFolder();
    expect(report).toEqual(sampleReport());
    expect(damage).toHaveLength(11);
    expect(damage[0]).toMatch(/^events\.jsonl:2: not an event: type: /);
    expect(damage[2]).toBe('events.jsonl:4: longer than any event');
    expect(damage[3]).toBe('events.jsonl:5: not a line of JSON');
    expect(damage[10]).toBe('and 13 more lines that could not be read');
  });

  it('prefers the report that the coordinator wrote, with fields it does not know', async () => {
    write('events.jsonl', lines(sampleEvents.slice(0, 5)));
    write('report.json', JSON.stringify({ ...sampleReport(), rounds: 7 }));
    expect(await readFolder()).toEqual({ report: { ...sampleReport(), rounds: 7 }, damage: [] });
    rmSync(join(folder, 'events.jsonl'));
    const { report, damage } = await readFolder();
    expect(report).toMatchObject({ rounds: 7 });
    expect(damage).toEqual([expect.stringContaining('events.jsonl is not there')]);
  });

  it('goes on with the events when the report is damaged', async () => {
    write('events.jsonl', lines(sampleEvents));
    write('report.json', '{"version": 2}');
    expect(await readFolder()).toEqual({
      report: sampleReport(),
      damage: [expect.stringMatching(/^report\.json is not a report: version: /)],
    });
  });

  it.each([
    ['', /holds no start of a run/],
    ['\u0000\u0001', /^events\.jsonl:1: the last line is cut off$/],
    [lines(sampleEvents.slice(1)), /holds no start of a run/],
  ])('refuses events that are no run', async (text, message) => {
    write('events.jsonl', text);
    await expect(readFolder()).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringMatching(message),
    });
  });

  it('refuses a report that is none', async () => {
    write('report.json', '{');
    await expect(readReportFile()).rejects.toMatchObject({ code: 'damaged', exitCode: 4 });
    write('report.json', JSON.stringify({ ...sampleReport(), outcome: 'fine' }));
    await expect(readReportFile()).rejects.toMatchObject({ message: expect.stringContaining('outcome: ') });
    spawnSync('truncate', ['-s', '65M', join(folder, 'report.json')]);
    await expect(readReportFile()).rejects.toMatchObject({
      message: expect.stringContaining('over the limit'),
    });
    rmSync(join(folder, 'report.json'));
    await expect(readReportFile()).rejects.toMatchObject({ code: 'not-found' });
  });

  it('follows no link and waits for no FIFO', async () => {
    writeFileSync(join(folder, '..', 'outside'), lines(sampleEvents));
    symlinkSync('../outside', join(folder, 'events.jsonl'));
    await expect(readFolder()).rejects.toMatchObject({ message: expect.stringContaining('symbolic link') });
    rmSync(join(folder, 'events.jsonl'));
    spawnSync('mkfifo', [join(folder, 'events.jsonl')]);
    await expect(readFolder()).rejects.toMatchObject({
      message: expect.stringContaining('not a regular file'),
    });
  });
});

describe('openInside', () => {
  beforeEach(() => {
    mkdirSync(join(folder, 'guest-1'));
    writeFileSync(join(folder, 'guest-1', 'console.log'), 'booted');
    writeFileSync(join(folder, '..', 'secret'), 'secret');
  });

  it('opens what lies in the folder', async () => {
    const file = await openInside(folder, 'guest-1', 'console.log');
    expect(await file.readFile('utf8')).toBe('booted');
    await file.close();
  });

  it.each([
    [['..', 'secret']],
    [['guest-1', '../../secret']],
    [['guest-1', 'none']],
    [['/etc/passwd']],
    [['']],
    [[]],
  ])('opens nothing for %j', async (segments) => {
    await expect(openInside(folder, ...segments)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('is not led out by a link, whether the file is one or its folder', async () => {
    symlinkSync('../../secret', join(folder, 'guest-1', 'link'));
    symlinkSync('..', join(folder, 'guest-2'));
    await expect(openInside(folder, 'guest-1', 'link')).rejects.toMatchObject({ code: 'damaged' });
    await expect(openInside(folder, 'guest-2', 'secret')).rejects.toMatchObject({
      message: expect.stringContaining("leads out of the run's folder"),
    });
  });
});
