import { exitCodes } from '@coordinator/shared/report/exit-code';
import type { HistoryEntry, IndexedRun } from './entry.ts';
import type { FlakeRate } from './flake-rate.ts';

export interface Flakes {
  /** Runs that were looked at: finished ones, the newest. */
  readonly runs: number;
  /** Those that failed at least once, the one that fails most often first. */
  readonly failing: readonly FlakeRate[];
  /** Tests that never failed. */
  readonly steady: number;
}

/** The row of guests themselves. */
const GUEST = 'guest';

/** @param history of finished runs, newest first */
export function flakeRates(history: readonly IndexedRun[]): Flakes {
  const runs = history.filter(({ entry }) => entry.state === 'finished');
  const tallies = new Map<string, Tally>();
  for (const { entry, tests } of runs) {
    const counts = [endingsOf(entry), ...tests.filter(({ name }) => name !== GUEST)];
    for (const { name, pass, fail } of counts) {
      if (pass + fail === 0) continue;
      const tally = tallies.get(name) ?? {
        runs: 0,
        guests: 0,
        failed: 0,
        flips: 0,
        failing: null,
        last: null,
      };
      tallies.set(name, tally);
      add(tally, entry.run, pass, fail);
    }
  }
  const rates = [...tallies].map(([test, tally]) => toRate(test, tally));
  const failing = rates.filter(({ failed }) => failed > 0);
  failing.sort((a, b) => b.rate - a.rate || b.failed - a.failed || (a.test < b.test ? -1 : 1));
  return { runs: runs.length, failing, steady: rates.length - failing.length };
}

interface Tally {
  runs: number;
  guests: number;
  failed: number;
  flips: number;
  /** Whether it failed in the run before, which is a newer one. */
  failing: boolean | null;
  last: string | null;
}

function add(tally: Tally, run: string, pass: number, fail: number): void {
  tally.runs += 1;
  tally.guests += pass + fail;
  tally.failed += fail;
  if (tally.failing !== null && tally.failing !== fail > 0) tally.flips += 1;
  tally.failing = fail > 0;
  if (fail > 0) tally.last ??= run;
}

/** A guest whose test failed was well itself. */
function endingsOf({ endings, exit_code }: HistoryEntry): { name: string; pass: number; fail: number } {
  const { pass, fail, hang, panic, error } = endings;
  // Whatever the user ended is an error, and says nothing about guests.
  const lost = exit_code === exitCodes.interrupted ? 0 : error;
  return { name: GUEST, pass: pass + fail, fail: hang + panic + lost };
}

function toRate(test: string, { runs, guests, failed, flips, last }: Tally): FlakeRate {
  return {
    test,
    runs,
    guests,
    failed,
    rate: failed / guests,
    ...wilson(failed, guests),
    flips,
    last_failed: last,
  };
}

/** Wilson (1927): where the true share lies with 95%, right for few and for none as well. */
export function wilson(hits: number, of: number): { low: number; high: number } {
  const z = 1.959964;
  const share = hits / of;
  const middle = share + (z * z) / (2 * of);
  const spread = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  const scale = 1 + (z * z) / of;
  return { low: Math.max(0, (middle - spread) / scale), high: Math.min(1, (middle + spread) / scale) };
}
