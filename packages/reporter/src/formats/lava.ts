import type { GuestResult, Outcome, Report, StressResult, TestResult } from '@coordinator/shared/report';
import { describeAttempts } from '../facts/guest.ts';
import { perGuestReporter } from '../facts/per-guest.ts';
import { describeStress, distributionsOf } from '../facts/stress.ts';
import { cleanLine } from '../facts/text.ts';
import type { CreateReporter } from '../reporter.ts';

/** Signals that a LAVA dispatcher reads from the log of a job: a test set for every guest. */
export const createReporter: CreateReporter = ({ output }) =>
  perGuestReporter({
    guest: (guest) => output.write(`${renderGuest(guest).join('\n')}\n`),
    end(report) {
      if (report.stress) output.write(`${renderStress(report, report.stress).join('\n')}\n`);
      if (report.reason === null) return;
      output.write(`coordinator: ${outsideSignal(report.reason)}\n`);
      output.write(`${testCase('run', 'unknown', 'ms', report.duration_ms)}\n`);
    },
  });

type LavaResult = 'pass' | 'fail' | 'skip' | 'unknown';

/** When the harness failed, nothing is known about what was to be tested. */
const guestResults: Record<Outcome, LavaResult> = {
  pass: 'pass',
  fail: 'fail',
  panic: 'fail',
  hang: 'fail',
  error: 'unknown',
};

function renderGuest(guest: GuestResult): string[] {
  const retried = describeAttempts(guest);
  return [
    `<LAVA_SIGNAL_TESTSET START ${idOf(guest.id)}>`,
    ...(guest.boot_ms === null ? [] : [testCase('boot', 'pass', 'ms', guest.boot_ms)]),
    ...guest.tests.flatMap(renderTest),
    ...(retried === null
      ? []
      : [
          `coordinator: ${idOf(guest.id)}: ${guest.flaky ? 'flaky: ' : ''}${outsideSignal(retried)}`,
          // LAVA has no word for it; a case that is there only then is seen, and can be counted.
          testCase('flaky', guest.flaky ? 'fail' : 'skip', 'attempts', guest.attempts.length),
        ]),
    ...(guest.reason
      ? [`coordinator: ${idOf(guest.id)}: ${guest.outcome}: ${outsideSignal(guest.reason)}`]
      : []),
    testCase('guest', guestResults[guest.outcome], 'ms', guest.duration_ms),
    '<LAVA_SIGNAL_TESTSET STOP>',
  ];
}

/** All rounds of a stress run together, with the numbers that are worth following from job to job. */
function renderStress(report: Report, stress: StressResult): string[] {
  return [
    '<LAVA_SIGNAL_TESTSET START stress>',
    `coordinator: ${outsideSignal(describeStress(report) ?? '')}`,
    testCase('rounds', stress.failures === 0 ? 'pass' : 'fail', 'rounds', stress.rounds_ended),
    testCase('guests_per_minute', 'pass', 'guests/min', stress.guests_per_minute),
    ...distributionsOf(stress).flatMap(({ name, unit, distribution }) =>
      (['p50', 'p90', 'p99', 'max'] as const).map((percentile) =>
        testCase(`${name}_${percentile}`, 'pass', unit === 'µs' ? 'us' : unit, distribution[percentile]),
      ),
    ),
    ...stress.faults.map(({ kind, injected, detected }) =>
      testCase(`fault_${kind}`, injected === detected ? 'pass' : 'fail', 'detected', detected),
    ),
    '<LAVA_SIGNAL_TESTSET STOP>',
  ];
}

function renderTest({ name, outcome, message, duration_ms, transaction_us }: TestResult): string[] {
  return [
    ...(message === null ? [] : [`coordinator: ${idOf(name)}: ${outsideSignal(message)}`]),
    transaction_us && outcome === 'pass'
      ? testCase(name, outcome, 'us', transaction_us.median)
      : testCase(name, outcome, 'ms', duration_ms),
  ];
}

/** With a number, which LAVA's charts can follow from job to job. */
function testCase(id: string, result: LavaResult, units: string, measurement: number): string {
  const value = measurement.toFixed(1);
  return `<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=${idOf(id)} RESULT=${result} UNITS=${units} MEASUREMENT=${value}>`;
}

/** An id holds no spaces and nothing that ends a signal; "/" has a meaning in LAVA's result pages. */
function idOf(text: string): string {
  return cleanLine(text).replace(/[^A-Za-z0-9._-]+/g, '_') || '_';
}

/** Guests must not be able to send signals of their own. */
function outsideSignal(text: string): string {
  return cleanLine(text).replaceAll('<', '(').replaceAll('>', ')');
}
