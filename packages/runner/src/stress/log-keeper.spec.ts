import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReportBuilder, type RunEvent } from '@coordinator/shared/event';
import { EventLog } from '@coordinator/store';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LogKeeper } from './log-keeper.ts';
import { ProgressMaker } from './progress.ts';
import { Tally } from './tally.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keeper-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const plan = {
  mode: 'restart',
  vary: 'seeds',
  seed: 1,
  rounds: null,
  duration_ms: 1,
  jobs: 1,
  retries: 0,
  max_failures: 0,
} as const;

it('holds the log of ten thousand rounds small, and the report made of it has all figures and every failure', () => {
  const path = join(folder, 'events.jsonl');
  const log = new EventLog(path, { onFailure: (error) => expect.fail(error.message) });
  const builder = new ReportBuilder();
  const keeper = new LogKeeper(log, (guest) => builder.has(guest));
  const tally = new Tally([]);
  const progress = new ProgressMaker(plan, tally);
  const emit = (event: object) => {
    builder.apply(event as RunEvent);
    keeper.append(event as RunEvent);
  };
  const base = { command: [], coordinator: '', vmm_version: null, channel: 'file', start: 'cold', tests: [] };
  emit({
    type: 'run-started',
    at_ms: 0,
    run: 'r',
    ...base,
    platform: 'p',
    vmm: 'v',
    plan: 'p',
    started: '',
    guests: ['guest-1'],
    stress: plan,
  });
  let largest = 0;
  for (let round = 1; round <= 10_000; round++) {
    const guest = `guest-1/${round}`;
    const outcome = round % 500 === 0 ? 'hang' : 'pass';
    tally.begin();
    emit({ type: 'guest-log', at_ms: round, guest, level: 'info', text: 'x'.repeat(2000) });
    const ended = { outcome, error_kind: null, reason: null } as const;
    tally.end(
      { ...builder.guest(guest), ...ended },
      { boot_ms: 1, agent_ms: 1, duration_ms: 1, fault: null },
    );
    emit({ type: 'guest-ended', at_ms: round, guest, ...ended, duration_ms: 1 });
    builder.takeForgotten();
    if (round % 10 === 0) emit({ type: 'stress-progress', at_ms: round, stress: progress.make(round, 0) });
    largest = Math.max(largest, log.length);
  }
  log.close();
  expect(largest).toBeLessThan(4 * 2 ** 20);
  const again = new ReportBuilder();
  for (const line of readFileSync(path, 'utf8').trim().split('\n')) again.apply(JSON.parse(line));
  const report = again.report();
  expect(report.rounds).toBe(10_000);
  expect(report.outcomes).toMatchObject({ pass: 9980, hang: 20 });
  expect(report.guests.map(({ id }) => id)).toEqual([
    ...Array.from({ length: 19 }, (_, index) => `guest-1/${(index + 1) * 500}`),
    'guest-1/9999',
    'guest-1/10000',
  ]);
});
