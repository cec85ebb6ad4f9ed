import { ReportBuilder, type RunEvent } from '@coordinator/shared/event';
import type { Report, StressPlan, StressResult } from '@coordinator/shared/report';
import { makeTest, sampleEvents } from '@coordinator/shared/testing';

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
/** Rounds of which one hung, one was flaky, and one fell to a fault that was injected. */
export const sampleStressEvents = [
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

export function sampleStressReport(): Report {
  const builder = new ReportBuilder();
  for (const event of sampleStressEvents) builder.apply(event);
  return builder.report();
}
