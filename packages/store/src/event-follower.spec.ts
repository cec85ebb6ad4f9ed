import { appendFileSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent } from '@coordinator/shared/event';
import { sampleEvents } from '@coordinator/shared/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EventFollower } from './event-follower.ts';

let folder: string;
let events: RunEvent[];
let restarts: number;
const listener = {
  onEvent: (event: RunEvent) => void events.push(event),
  onRestart: () => {
    restarts += 1;
    events = [];
  },
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'follow-'));
  events = [];
  restarts = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

const text = sampleEvents.map((event) => `${JSON.stringify(event)}\n`).join('');
const log = () => join(folder, 'events.jsonl');

it('gives each event once, wherever the log ends meanwhile', async () => {
  const follower = new EventFollower(folder);
  await expect(follower.read(listener)).rejects.toMatchObject({ code: 'not-found' });
  writeFileSync(log(), '');
  for (let at = 0; at < text.length; at += 1777) {
    appendFileSync(log(), text.slice(at, at + 1777));
    await follower.read(listener);
  }
  expect(events).toEqual(sampleEvents);
});

it('begins anew with a log that was written anew', async () => {
  writeFileSync(log(), text);
  const follower = new EventFollower(folder);
  await follower.read(listener);
  const [first] = text.split('\n');
  writeFileSync(`${log()}.new`, `${first}\n`);
  renameSync(`${log()}.new`, log());
  await follower.read(listener);
  expect([restarts, events]).toEqual([1, sampleEvents.slice(0, 1)]);
});

it('leaves out what is no event, and reads no other file', async () => {
  writeFileSync(log(), `{"type":"x"}\n${'x'.repeat(3 * 2 ** 20)}\n${text}`);
  await new EventFollower(folder).read(listener);
  expect(events).toEqual(sampleEvents);
  rmSync(log());
  symlinkSync('/etc/passwd', log());
  await expect(new EventFollower(folder).read(listener)).rejects.toMatchObject({ code: 'damaged' });
});
