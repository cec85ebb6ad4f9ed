import type { GuestResult } from '@coordinator/shared/report';
import type { IndexedRun, TestCounts } from '../entry.ts';
import { wilson } from '../flakes.ts';
import type { Comparison, OutcomeChange } from './comparison.ts';

export type Counts = Omit<TestCounts, 'name'>;
type ByName = ReadonlyMap<string, Counts>;
type Ended = Pick<GuestResult, 'id' | 'outcome' | 'reason'>;

/** What differs; a share of failures only where chance does not explain it. */
export function compareOutcomes(before: ByName, after: ByName): OutcomeChange[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].flatMap((name) => {
    const [was, is] = [before.get(name) ?? null, after.get(name) ?? null];
    const verdict = judge(was, is);
    return verdict === null ? [] : [{ name, before: was, after: is, verdict }];
  });
}

export function compareGuests(before: readonly Ended[], after: readonly Ended[]): Comparison['guests'] {
  const earlier = new Map(before.map((guest) => [guest.id, guest]));
  return after.flatMap(({ id, outcome, reason }) => {
    const was = earlier.get(id);
    if (was === undefined || was.outcome === outcome) return [];
    return [{ id, before: was.outcome, after: outcome, reason: outcome === 'pass' ? was.reason : reason }];
  });
}

/** Of each test, and of the guests themselves. */
export function countsOf({ entry, tests }: IndexedRun): ByName {
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
