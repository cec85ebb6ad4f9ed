import { ReportBuilder, type RunEvent } from '@coordinator/shared/event';
import type { StressPlan, StressResult } from '@coordinator/shared/report';
import { makeTest, sampleEvents } from '@coordinator/shared/testing';
import { describe, expect, it } from 'vitest';
import { renderWith } from '../testing/recording-output.ts';
import type { ReporterName } from './formats.ts';
import { formats } from './formats.ts';

const plan: StressPlan = {
  mode: 'restart',
  vary: 'seeds',
  seed: 7,
  rounds: 4,
  duration_ms: null,
  jobs: 2,
  retries: 1,
  max_failures: 0,
};
const spread = { count: 3, min: 1000, p50: 2000, p90: 3000, p99: 4000, max: 5000 };
const distribution = {
  ...spread,
  bins: [
    { from: 724, to: 1024, count: 1 },
    { from: 1024, to: 1448, count: 2 },
  ],
};
const stress: StressResult = {
  ...plan,
  started: 4,
  interrupted: 0,
  rounds_ended: 4,
  outcomes: { pass: 2, fail: 0, hang: 1, panic: 0, error: 1 },
  failures: 1,
  flaky: 1,
  failures_dropped: 0,
  elapsed_ms: 9000,
  eta_ms: 0,
  transactions: 20,
  interrupts: 20,
  vectors: [3, 3, 3, 3, 2, 2, 2, 2],
  guests_per_minute: 26.67,
  transactions_per_second: 2.2,
  interrupts_per_second: 2.2,
  recent: { guests_per_minute: 26.67, transactions_per_second: 2.2, interrupts_per_second: 2.2 },
  boot_ms: distribution,
  agent_ms: distribution,
  round_ms: distribution,
  transaction_us: distribution,
  faults: [{ kind: 'kill-guest', injected: 1, detected: 1, late: 0 }],
  mismatches: [],
  host: {
    cpus: 2,
    load: 1.5,
    memory_bytes: 2 ** 34,
    memory_available_bytes: 2 ** 33,
    coordinator_rss_bytes: 2 ** 26,
    children_rss_bytes: 2 ** 28,
    children: 3,
    coordinator_rss_quarters: [],
  },
};

const ending = { duration_ms: 2000, error_kind: null, reason: null } as const;
const [started] = sampleEvents;
const events = [
  { ...started, guests: ['guest-1', 'guest-2'], stress: plan },
  { type: 'guest-ended', at_ms: 1, guest: 'guest-1/1', outcome: 'pass', ...ending },
  { type: 'guest-begins', at_ms: 1, guest: 'guest-2/2', seed: 22, repeat: 'coordinator test --seed 22' },
  { type: 'guest-test', at_ms: 2, guest: 'guest-2/2', test: makeTest('probe') },
  {
    type: 'guest-ended',
    at_ms: 3,
    guest: 'guest-2/2',
    outcome: 'hang',
    ...ending,
    reason: 'silent for 10 s',
  },
  { type: 'guest-fault', at_ms: 3, guest: 'guest-1/3', kind: 'kill-guest', detail: 'x' },
  {
    type: 'guest-ended',
    at_ms: 4,
    guest: 'guest-1/3',
    outcome: 'error',
    ...ending,
    error_kind: 'lost',
    verdict: 'detected',
  },
  { type: 'guest-retry', at_ms: 5, guest: 'guest-1/4', outcome: 'panic', ...ending, reason: 'Oops' },
  { type: 'guest-ended', at_ms: 6, guest: 'guest-1/4', outcome: 'pass', ...ending },
  { type: 'stress-progress', at_ms: 7, stress },
  { type: 'run-ended', at_ms: 8, outcome: 'hang', exit_code: 3, reason: null },
] as readonly RunEvent[];

function render(name: ReporterName): Promise<string> {
  const builder = new ReportBuilder();
  for (const event of events) builder.apply(event);
  return formats[name].load().then((create) => renderWith(create, events, builder.report()));
}

describe('a stress run', () => {
  it('is in the report as its figures, its failures, and what was flaky, but not what a fault explains', async () => {
    const report = JSON.parse(await render('json'));
    expect(report).toMatchObject({
      rounds: 4,
      transactions: 20,
      guests_per_minute: 26.67,
      outcomes: { pass: 2, hang: 1 },
    });
    expect(report.guests.map(({ id }: { id: string }) => id)).toEqual([
      'guest-1/1',
      'guest-1/4',
      'guest-2/2',
    ]);
    expect(report.guests[1]).toMatchObject({ flaky: true, attempts: [{ outcome: 'panic', reason: 'Oops' }] });
  });

  it.each<[ReporterName, RegExp[]]>([
    [
      'terminal',
      [
        /guest-2\/2 hang: silent for 10 s\n {2}repeat: coordinator test --seed 22/,
        /guest-1\/4 flaky/,
        /^kill-guest +1 +1 +0$/m,
        /^round +3 +1\.0 s +2\.0 s/m,
        /^ *1\.0 s - 1\.4 s \|#{40} 2$/m,
        /4 rounds: 2 passed, 1 hung, 1 in error, 1 flaky/,
      ],
    ],
    [
      'junit',
      [
        /<flakyFailure message="Oops" type="panic"/,
        /name="rounds" classname="coordinator.stress"/,
        /<failure [^>]*type="rounds"/,
      ],
    ],
    ['tap', [/^1\.\.4$/m, /^not ok 4 - rounds$/m, /^# FLAKY passed at try 2, after panic: Oops$/m]],
    [
      'ktap',
      [
        /^1\.\.4$/m,
        /^not ok 4 rounds$/m,
        /^# FLAKY passed at try 2/m,
        /^# repeat: coordinator test --seed 22$/m,
      ],
    ],
    [
      'lava',
      [
        /TEST_CASE_ID=rounds RESULT=fail/,
        /TEST_CASE_ID=round_p99 RESULT=pass UNITS=ms MEASUREMENT=4000\.0/,
        /TEST_CASE_ID=flaky/,
      ],
    ],
    ['github', [/^::warning title=guest-1\/4 flaky::/m, /^::notice title=stress::4 rounds/m]],
    ['html', [/kill-guest/, /flaky: passed at try 2/, /coordinator test --seed 22/]],
  ])('is told by %s', async (name, patterns) => {
    const text = await render(name);
    for (const pattern of patterns) expect(text).toMatch(pattern);
    expect(text).not.toMatch(/guest-1\/3/);
  });
});
