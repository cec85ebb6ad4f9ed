import type { Report } from '@coordinator/shared/report';
import type { HistoryEntry } from '../entry.ts';
import { summarizeRun } from '../summarize.ts';
import { compareInterrupts, type InterruptChange } from './interrupts.ts';
import { compareGuests, compareOutcomes, type GuestChange, type OutcomeChange } from './outcomes.ts';
import { compareSettings, type SettingChange } from './settings.ts';
import { compareTimes, type TimeChange } from './times.ts';

/** What changed from one run to another. Only `times` has what did not change as well. */
export interface Comparison {
  readonly version: 1;
  readonly runs: readonly [HistoryEntry, HistoryEntry];
  readonly settings: readonly SettingChange[];
  readonly guests: readonly GuestChange[];
  readonly outcomes: readonly OutcomeChange[];
  readonly times: readonly TimeChange[];
  readonly interrupts: readonly InterruptChange[];
  /** Fingerprints of crashes that only the second run has, and those that only the first has. */
  readonly crashes: { readonly appeared: readonly string[]; readonly gone: readonly string[] };
  /** Whether something fails in the second run that did not, or not so often, in the first. */
  readonly worse: boolean;
}

/** Compares two reports. What it takes does not depend on how many rounds they are of. */
export function compareRuns(before: Report, after: Report): Comparison {
  const runs = [before, after].map((report) => summarizeRun(report.run, report).entry);
  const outcomes = compareOutcomes(before, after);
  const [had, has] = [fingerprintsOf(before), fingerprintsOf(after)];
  return {
    version: 1,
    runs: runs as [HistoryEntry, HistoryEntry],
    settings: compareSettings(before, after),
    guests: compareGuests(before, after),
    outcomes,
    times: compareTimes(before, after),
    interrupts: compareInterrupts(before, after),
    crashes: {
      appeared: [...has].filter((one) => !had.has(one)),
      gone: [...had].filter((one) => !has.has(one)),
    },
    worse:
      outcomes.some(({ verdict }) => verdict === 'worse') ||
      (before.exit_code === 0 && after.exit_code !== 0),
  };
}

function fingerprintsOf({ guests }: Report): Set<string> {
  return new Set(guests.flatMap(({ fingerprint }) => fingerprint ?? []));
}
