import type { GuestResult, Report } from '@coordinator/shared/report';
import type { TestCounts } from '../entry.ts';
import { wilson } from '../flakes.ts';
import { summarizeRun } from '../summarize.ts';

/** How often something passed and failed in two runs; skipped counts as neither. */
export interface OutcomeChange {
  /** The name of a test; `guest` for guests, or rounds, themselves. */
  readonly name: string;
  readonly before: Omit<TestCounts, 'name'> | null;
  readonly after: Omit<TestCounts, 'name'> | null;
  /** `other`: it is not in both, or is skipped in one. */
  readonly verdict: 'worse' | 'better' | 'other';
}

/** A guest of a name that both runs have. */
export interface GuestChange {
  readonly id: string;
  readonly before: GuestResult['outcome'];
  readonly after: GuestResult['outcome'];
  /** Of the one that did not pass; the second, if neither did. */
  readonly reason: string | null;
}

/** What differs; a share of failures only where chance does not explain it. */
export function compareOutcomes(a: Report, b: Report): OutcomeChange[] {
  const [before, after] = [countsOf(a), countsOf(b)];
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].flatMap((name) => {
    const [was, is] = [before.get(name) ?? null, after.get(name) ?? null];
    const verdict = judge(was, is);
    return verdict === null ? [] : [{ name, before: was, after: is, verdict }];
  });
}

export function compareGuests(a: Report, b: Report): GuestChange[] {
  if (a.stress || b.stress) return [];
  const earlier = new Map(a.guests.map((guest) => [guest.id, guest]));
  return b.guests.flatMap(({ id, outcome, reason }) => {
    const was = earlier.get(id);
    if (was === undefined || was.outcome === outcome) return [];
    return [{ id, before: was.outcome, after: outcome, reason: outcome === 'pass' ? was.reason : reason }];
  });
}

type Counts = Omit<TestCounts, 'name'>;

function countsOf(report: Report): Map<string, Counts> {
  const { entry, tests } = summarizeRun(report.run, report);
  const { pass, ...others } = entry.endings;
  const fail = Object.values(others).reduce((sum, count) => sum + count, 0);
  return new Map([
    ['guest', { pass, fail, skip: 0 }],
    ...tests.map(({ name, ...counts }) => [name, counts] as const),
  ]);
}

function judge(was: Counts | null, is: Counts | null): OutcomeChange['verdict'] | null {
  if (was === null || is === null) return 'other';
  const [ran, runs] = [was.pass + was.fail, is.pass + is.fail];
  if (ran === 0 || runs === 0) return ran === runs ? null : 'other';
  if (was.fail === 0 || is.fail === 0) return was.fail === is.fail ? null : is.fail > 0 ? 'worse' : 'better';
  const [first, second] = [wilson(was.fail, ran), wilson(is.fail, runs)];
  if (second.low > first.high) return 'worse';
  return second.high < first.low ? 'better' : null;
}
