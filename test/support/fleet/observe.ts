import type { Report } from '@coordinator/shared/report';
import { expect } from 'vitest';
import { type RunsFolder, until } from '../coordinator.ts';

/** As `until`, for what is asked of somebody else. */
export async function untilAsync(what: string, condition: () => Promise<boolean>): Promise<void> {
  let holds = false;
  let asking = false;
  await until(what, () => {
    if (!asking) {
      asking = true;
      void condition().then((now) => {
        holds = now;
        asking = false;
      });
    }
    return holds;
  });
}

export function eventsOf(runs: RunsFolder, type: string) {
  return runs.events().filter((event) => event.type === type);
}

/** So many guests run on their hosts. */
export const guestsStarted = (runs: RunsFolder, count: number) =>
  until(`${count} guests`, () => eventsOf(runs, 'guest-started').length >= count);

export const hostsOf = ({ guests }: Report) => guests.map(({ host }) => host);

/** Every guest has one end, all of what the plan promises once, and what was said of it is in order. */
export function expectCountedOnce(runs: RunsFolder, report: Report): void {
  const transactions = report.guests.map(({ tests }) =>
    tests.reduce((sum, test) => sum + test.transactions, 0),
  );
  expect(new Set(transactions).size).toBe(1);
  const ends = eventsOf(runs, 'guest-ended').map(({ guest }) => guest);
  expect(new Set(ends).size).toBe(report.guests.length);
  expect(ends).toHaveLength(report.guests.length);
}
