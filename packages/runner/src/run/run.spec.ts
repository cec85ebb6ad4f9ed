import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits, shortPlan } from '@coordinator/life/testing';
import type { RunEvent } from '@coordinator/shared/event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { meeting, type Script, ScriptedPlatform } from '../testing/scripted-platform.ts';
import { type RunOptions, run } from './run.ts';

let folder: string;
let events: RunEvent[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-'));
  events = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const lost: Script = { messages: (report) => report.slice(0, 4), exit: { code: 1, guestRequest: null } };

async function runWith(
  scriptOf: (guest: string, start: number) => Script,
  options: Partial<RunOptions> = {},
) {
  const platform = new ScriptedPlatform(shortPlan, scriptOf);
  const report = await run({
    ...{ run: 'r', folder, platform, plan: shortPlan, limits, guests: 2, keep: false },
    ...{ kernel: '/k', initrd: '/i', kernelArguments: [], kit: '/kit', cpus: 1, memoryMiB: 128 },
    ...{ command: [], coordinatorVersion: '0', channel: 'file', start: 'cold', notices: [] },
    listeners: [(event) => events.push(event)],
    interrupt: new AbortController().signal,
    failure: new AbortController().signal,
    ...options,
  });
  return { report, platform };
}

describe('a run', () => {
  it('passes when every guest does, and leaves nothing behind', async () => {
    const { report, platform } = await runWith(() => ({ console: 'Linux version 6.12\n' }));
    expect(report).toMatchObject({ outcome: 'pass', exit_code: 0, reason: null, guests_together: 2 });
    expect(report.guests.map(({ id, outcome, tests }) => [id, outcome, tests.length])).toEqual([
      ['guest-1', 'pass', 5],
      ['guest-2', 'pass', 5],
    ]);
    expect(readFileSync(join(folder, 'guest-1/console.log'), 'utf8')).toBe('Linux version 6.12\n');
    expect([platform.held, existsSync(join(folder, 'guest-1/share'))]).toEqual([0, false]);
    expect(events.at(-1)?.type).toBe('run-ended');
  });

  it('is as good as its worst guest', async () => {
    const { report } = await runWith((guest) => (guest === 'guest-2' ? lost : {}));
    expect(report).toMatchObject({ outcome: 'error', exit_code: 3 });
    expect(report.guests.map(({ outcome }) => outcome)).toEqual(['pass', 'error']);
  });

  it('lets no more guests run at once than there are jobs', async () => {
    const waits = meeting(3);
    const { report, platform } = await runWith(() => ({ waits }), { guests: 6, jobs: 3 });
    expect(report).toMatchObject({ outcome: 'pass', guests_together: 3 });
    expect([platform.together, platform.held]).toEqual([3, 0]);
  });

  it('tells of a device that is not as it was before', async () => {
    const release = async () => {
      throw new Error('0000:08:00.0 cannot be given back');
    };
    const { report } = await runWith((guest) => (guest === 'guest-1' ? { release } : {}));
    expect(report).toMatchObject({
      outcome: 'error',
      exit_code: 4,
      reason: '0000:08:00.0 cannot be given back',
    });
    expect(report.guests.map(({ outcome }) => outcome)).toEqual(['pass', 'pass']);
  });

  it('that is interrupted before it begins says so of every guest', async () => {
    const interrupt = AbortSignal.abort();
    const { report, platform } = await runWith(() => ({}), { guests: 3, jobs: 1, interrupt });
    expect(report.exit_code).toBe(130);
    expect(new Set(report.guests.map(({ reason }) => reason))).toEqual(new Set(['interrupted']));
    expect(platform.together).toBe(0);
  });

  it('ends guests that would never end', async () => {
    const interrupt = new AbortController();
    const ended = runWith(() => ({ messages: (report) => report.slice(0, 4), exit: null }), {
      interrupt: interrupt.signal,
    });
    await expect
      .poll(() => events.filter(({ type }) => type === 'guest-device').length, { timeout: 20_000 })
      .toBe(2);
    interrupt.abort();
    const { report, platform } = await ended;
    expect(report).toMatchObject({ exit_code: 130 });
    expect(platform.held).toBe(0);
  });
});

describe('--retry', () => {
  it('tries again what was lost, keeps what it left, and calls it flaky', async () => {
    const { report } = await runWith((_, start) => (start === 1 ? { ...lost, console: 'first\n' } : {}), {
      guests: 1,
      retries: 2,
    });
    expect(report).toMatchObject({ outcome: 'pass' });
    expect(report.guests[0]).toMatchObject({ outcome: 'pass', attempts: [{ outcome: 'error' }] });
    expect(readFileSync(join(folder, 'guest-1/attempt-1/console.log'), 'utf8')).toBe('first\n');
  });

  it('of a guest that got no device loses no report', async () => {
    const { report } = await runWith((guest) => (guest === 'guest-1' ? { noDevice: 'no device' } : {}), {
      retries: 2,
    });
    expect(report).toMatchObject({ outcome: 'error', exit_code: 4 });
    expect(report.guests[0]).toMatchObject({ error_kind: 'setup', reason: 'no device' });
    expect(report.guests[0]?.attempts).toHaveLength(2);
    expect(report.guests[1]).toMatchObject({ outcome: 'pass' });
  });

  it('does not try again what failed', async () => {
    const failing: Script = {
      messages: (report) =>
        report.map((message) =>
          message.type === 'test-end' && message.name === 'rand48/0x1000'
            ? { ...message, outcome: 'fail', message: 'wrong' }
            : message,
        ),
    };
    const { report } = await runWith(() => failing, { guests: 1, retries: 3 });
    expect(report).toMatchObject({ outcome: 'fail', exit_code: 1 });
    expect(report.guests[0]?.attempts).toEqual([]);
  });
});
