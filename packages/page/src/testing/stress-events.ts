import type { RunEvent } from '@coordinator/shared/event';
import type { StressResult } from '@coordinator/shared/report';
import { makeTest, sampleEvents } from '@coordinator/shared/testing';

/** The sample's events as they arrive: what is no character is not sent as one. */
export const sentEvents = JSON.parse(Buffer.from(JSON.stringify(sampleEvents)).toString(), (_, value) =>
  typeof value === 'string' ? Buffer.from(value).toString() : value,
) as readonly RunEvent[];

/** Events of a stress run of two guests, with figures after every second round. */
export function* stressEvents({
  rounds,
  failing,
}: {
  readonly rounds: number;
  readonly failing: (round: number) => boolean;
}): Generator<RunEvent> {
  const [first] = sampleEvents;
  if (first?.type !== 'run-started') throw new Error('the sample has no start');
  const figures = emptyFigures(rounds);
  const { mode, vary, seed, duration_ms, jobs, retries, max_failures } = figures;
  const plan = { mode, vary, seed, rounds, duration_ms, jobs, retries, max_failures };
  yield { ...first, guests: ['guest-1', 'guest-2'], stress: plan };
  for (let round = 1; round <= rounds; round++) {
    const guest = `guest-${((round - 1) % 2) + 1}/${round}`;
    const at_ms = round * 100;
    yield { type: 'guest-begins', at_ms, guest, seed: round, repeat: 'coordinator test --seed 1' };
    yield { type: 'guest-phase', at_ms, guest, phase: 'boot', detail: null, limit_ms: 1000 };
    yield { type: 'guest-test', at_ms, guest, test: makeTest('memcpy/0x100', { transactions: 10 }) };
    const outcome = failing(round) ? 'fail' : 'pass';
    yield { type: 'guest-ended', at_ms, guest, outcome, error_kind: null, reason: null, duration_ms: 50 };
    figures.started = round;
    figures.rounds_ended = round;
    figures.outcomes[outcome] += 1;
    figures.transactions += 10;
    if (round % 2 === 0)
      yield { type: 'stress-progress', at_ms, stress: { ...figures, outcomes: { ...figures.outcomes } } };
  }
}

function emptyFigures(rounds: number): StressResult {
  return {
    ...{
      mode: 'restart',
      vary: 'seeds',
      seed: 1,
      rounds,
      duration_ms: null,
      jobs: 2,
      retries: 0,
      max_failures: 0,
    },
    ...{
      started: 0,
      interrupted: 0,
      rounds_ended: 0,
      failures: 0,
      flaky: 0,
      failures_dropped: 0,
      elapsed_ms: 0,
    },
    ...{ eta_ms: null, transactions: 0, interrupts: 0, vectors: [], guests_per_minute: 0 },
    ...{
      transactions_per_second: 0,
      interrupts_per_second: 0,
      boot_ms: null,
      agent_ms: null,
      round_ms: null,
    },
    outcomes: { pass: 0, fail: 0, hang: 0, panic: 0, error: 0 },
    recent: { guests_per_minute: 0, transactions_per_second: 0, interrupts_per_second: 0 },
    transaction_us: null,
    faults: [],
    mismatches: [],
    host: {
      ...{ cpus: 2, load: 1, memory_bytes: 1, memory_available_bytes: 1, coordinator_rss_bytes: 1 },
      ...{ children_rss_bytes: 1, children: 2, coordinator_rss_quarters: [] },
    },
  };
}
