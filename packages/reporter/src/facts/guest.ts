import type { GuestResult, Outcome, Report, TestResult } from '@coordinator/shared/report';
import { outcomes } from '@coordinator/shared/report';

/** What several formats say about a guest. */

export function transactionsOf(guest: GuestResult): number {
  return guest.tests.reduce((sum, test) => sum + test.transactions, 0);
}

export function failedTestsOf(guest: GuestResult): TestResult[] {
  return guest.tests.filter((test) => test.outcome === 'fail');
}

/** How many of the device's vectors were served during the tests. */
export function vectorsOf(guest: GuestResult): number {
  const rows = guest.interrupts?.rows ?? [];
  return rows.filter((row) => row.delta.some((count) => count > 0)).length;
}

/** "13 interrupts on 8 vectors"; null when they were not counted. */
export function describeInterrupts(guest: GuestResult): string | null {
  if (!guest.interrupts) return null;
  return `${plural(guest.interrupts.device_total, 'interrupt')} on ${plural(vectorsOf(guest), 'vector')}`;
}

/** The function as this side knows it: on the host if it was passed through, else in the guest. */
export function bdfOf(device: GuestResult['device']): string | null {
  return device.host_bdf ?? device.guest_bdf;
}

export function countOutcomes(report: Report): Map<Outcome, number> {
  const counts = new Map<Outcome, number>();
  for (const outcome of outcomes) {
    const count = report.guests.filter((guest) => guest.outcome === outcome).length;
    if (count > 0) counts.set(outcome, count);
  }
  return counts;
}

export const participles: Record<Outcome, string> = {
  pass: 'passed',
  fail: 'failed',
  hang: 'hung',
  panic: 'panicked',
  error: 'in error',
};

/** "2 passed, 1 in error". */
export function describeCounts(report: Report): string {
  const counts = [...countOutcomes(report)].map(([outcome, count]) => `${count} ${participles[outcome]}`);
  const flaky = report.guests.filter((guest) => guest.flaky).length;
  return [...counts, ...(flaky > 0 ? [`${flaky} flaky`] : [])].join(', ');
}

/** "passed at try 2, after hang: not done within 5 m 00 s", of a fleet "after hang on lab-7: …"; null for a guest that needed one try. */
export function describeAttempts({ attempts, flaky, outcome }: GuestResult): string | null {
  const last = attempts.at(-1);
  if (!last) return null;
  const why = last.reason === null ? '' : `: ${last.reason}`;
  const where = last.host === undefined ? '' : ` on ${last.host}`;
  return `${flaky ? 'passed' : outcome} at try ${attempts.length + 1}, after ${last.outcome}${where}${why}`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/**
 * How a guest itself fared, beside its tests: null when there is nothing against it. A failing guest has failing tests
 * to show for it; should it have none, the failure must still be seen.
 */
export function guestProblem(guest: GuestResult): 'error' | 'failure' | null {
  if (guest.outcome === 'pass') return null;
  if (guest.outcome !== 'fail') return 'error';
  return failedTestsOf(guest).length > 0 ? null : 'failure';
}
