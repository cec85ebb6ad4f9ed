import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits, shortPlan } from '@coordinator/life/testing';
import { EventLog } from '@coordinator/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { meeting, type Script, ScriptedPlatform } from '../testing/scripted-platform.ts';
import type { StressOptions } from './options.ts';
import { stress } from './stress-run.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stress-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function stressWith(scriptOf: (guest: string) => Script, options: Partial<StressOptions> = {}) {
  const platform = new ScriptedPlatform(shortPlan, scriptOf);
  const log = new EventLog(join(folder, 'events.jsonl'), { onFailure: () => {} });
  const report = await stress({
    ...{ run: 'r', folder, platform, plan: shortPlan, limits, guests: 4, jobs: 2, keep: false },
    ...{ kernel: '/k', initrd: '/i', kernelArguments: [], kit: '/kit', cpus: 1, memoryMiB: 128 },
    ...{ command: [], coordinatorVersion: '0', channel: 'file', start: 'cold', notices: [], listeners: [] },
    ...{ mode: 'restart', vary: 'none', seed: 7, retries: 0, rounds: 12, durationMs: null, rampUpMs: 0 },
    ...{ maxFailures: 0, chaos: new Map(), repeat: () => 'repeat', log },
    interrupt: new AbortController().signal,
    failure: new AbortController().signal,
    ...options,
  });
  await log.close();
  return { report, platform };
}

const lost: Script = { messages: (report) => report.slice(0, 4), exit: { code: 1, guestRequest: null } };
const failed = (guest: string) => Number(/\d+$/.exec(guest)?.[0]) % 5 === 0;

describe('a stress run', () => {
  it('counts every round, and has no more guests at once than there are jobs', async () => {
    const waits = meeting(2);
    const { report, platform } = await stressWith(() => ({ waits }));
    expect(report).toMatchObject({ outcome: 'pass', exit_code: 0, rounds: 12 });
    expect(report.stress).toMatchObject({ outcomes: { pass: 12 } });
    expect([platform.together, platform.held]).toEqual([2, 0]);
  });

  it('keeps what is to be looked into of rounds that did not pass', async () => {
    const { report } = await stressWith((guest) => (failed(guest) ? lost : {}));
    expect(report).toMatchObject({ outcome: 'error', exit_code: 3, rounds: 12 });
    expect(report.stress?.outcomes).toMatchObject({ pass: 10, error: 2 });
    const kept = report.guests.filter(({ outcome }) => outcome === 'error');
    expect(kept.map(({ id }) => Number(/\d+$/.exec(id)?.[0])).sort((a, b) => a - b)).toEqual([5, 10]);
    for (const { id } of kept) expect(readdirSync(join(folder, id))).toContain('console.log');
  });

  it('begins no round after so many failures', async () => {
    const { report } = await stressWith(() => lost, { maxFailures: 2, jobs: 1 });
    expect(report.rounds).toBeLessThan(4);
    expect(report.exit_code).not.toBe(0);
  });

  it('gives up where nothing can be tested', async () => {
    const { report } = await stressWith(() => ({ noDevice: 'no device' }), { jobs: 1 });
    expect(report).toMatchObject({ exit_code: 4, reason: 'the first 3 rounds could not be run' });
  });

  it('that is interrupted ends in order', async () => {
    const { report, platform } = await stressWith(() => ({}), { interrupt: AbortSignal.abort() });
    expect([report.exit_code, report.rounds, platform.together]).toEqual([130, 0, 0]);
  });
});
