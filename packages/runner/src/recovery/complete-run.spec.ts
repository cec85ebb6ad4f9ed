import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fullReport, shortPlan } from '@coordinator/life/testing';
import type { RunEvent } from '@coordinator/shared/event';
import { FrameEncoder } from '@coordinator/shared/frame';
import type { AgentMessage } from '@coordinator/shared/message';
import { reportSchema } from '@coordinator/shared/report';
import { Packr } from 'msgpackr';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { completeRun, neverBegan } from './complete-run.ts';

let folder: string;
let channel: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'complete-'));
  mkdirSync(join(folder, 'guest-1/share'), { recursive: true });
  channel = join(folder, 'guest-1/share/channel.bin');
});
afterEach(() => rmSync(folder, { recursive: true }));

const noDevice = { host_bdf: null, guest_bdf: null, driver: null, node: null };
const started: RunEvent[] = [
  {
    ...{ type: 'run-started', at_ms: 0, run: 'r', command: [], coordinator: '0', platform: 'virtual' },
    ...{ vmm: 'qemu', vmm_version: null, channel: 'file', start: 'cold', plan: 'short', exerciser: 'smmute' },
    tests: ['probe', ...shortPlan.tests.map(({ name }) => name), 'interrupts'],
    started: '2026-01-01T00:00:00.000Z',
    guests: ['guest-1'],
  },
  { type: 'guest-started', at_ms: 10, guest: 'guest-1', pid: 1, device: noDevice },
];

function note(...events: readonly RunEvent[]): void {
  appendFileSync(join(folder, 'events.jsonl'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}

function say(messages: readonly AgentMessage[]): void {
  const frames = new FrameEncoder();
  const packr = new Packr({ useRecords: false });
  for (const message of messages) appendFileSync(channel, frames.encode(packr.pack(message)));
}

async function completed() {
  await completeRun(folder);
  return reportSchema.parse(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')));
}

describe('a run whose coordinator was killed', () => {
  it('is known not to have begun when nothing of it is noted', async () => {
    expect(await neverBegan(folder)).toBe(true);
    appendFileSync(join(folder, 'events.jsonl'), '');
    expect(await neverBegan(folder)).toBe(true);
    note(...started);
    expect(await neverBegan(folder)).toBe(false);
  });

  it('is told with what its guests had still said, none of it as a pass that nobody has judged', async () => {
    note(...started);
    say(fullReport());
    const report = await completed();
    expect(report).toMatchObject({ outcome: 'error', exit_code: 3, reason: 'the coordinator was killed' });
    expect(report.guests[0]).toMatchObject({ outcome: 'error', error_kind: 'lost', kernel: '6.12' });
    expect(report.guests[0]?.tests.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['probe', 'skip'],
      ...shortPlan.tests.map(({ name }) => [name, 'skip']),
    ]);
    expect(existsSync(join(folder, 'guest-1/share'))).toBe(false);
  });

  it('tells what was noted once', async () => {
    const [probe] = fullReport().flatMap((message) => (message.type === 'test-end' ? [message] : []));
    const { type: _, ...test } = probe as Extract<AgentMessage, { type: 'test-end' }>;
    note(...started, { type: 'guest-test', at_ms: 20, guest: 'guest-1', test });
    say(fullReport());
    expect((await completed()).guests[0]?.tests.filter(({ name }) => name === 'probe')).toMatchObject([
      { outcome: 'pass' },
    ]);
  });

  it('reads no more of a channel than a guest may say', async () => {
    note(...started);
    say(fullReport().slice(0, 6));
    // As large as a guest likes to make it, and nothing but holes.
    truncateSync(channel, 8e12);
    expect((await completed()).guests[0]?.tests.map(({ name }) => name)).toEqual(['probe']);
  }, 120_000);

  it('that had ended is left as it is', async () => {
    note(...started, { type: 'run-ended', at_ms: 30, outcome: 'pass', exit_code: 0, reason: null });
    await completeRun(folder);
    expect(existsSync(join(folder, 'report.json'))).toBe(false);
  });
});
