import type { Report } from '@coordinator/shared/report';
import type { Comparison } from './comparison.ts';
import { compareInterrupts } from './interrupts.ts';
import { type MeasuredRun, measureRun } from './measured-run.ts';
import { compareGuests, compareOutcomes } from './outcomes.ts';
import { compareSettings } from './settings.ts';
import { compareTimes } from './times.ts';

/** Compares two reports. What it takes does not depend on how many rounds they are of. */
export function compareRuns(before: Report, after: Report): Comparison {
  return compareMeasured(measureRun(before), measureRun(after));
}

export function compareMeasured(before: MeasuredRun, after: MeasuredRun): Comparison {
  const outcomes = compareOutcomes(before.counts, after.counts);
  const [had, has] = [before.fingerprints, after.fingerprints];
  return {
    version: 1,
    runs: [before.entry, after.entry],
    settings: compareSettings(before.settings, after.settings),
    guests: compareGuests(before.guests, after.guests),
    outcomes,
    times: compareTimes(before.times, after.times),
    interrupts: compareInterrupts(before.interrupts, after.interrupts),
    crashes: {
      appeared: [...has].filter((one) => !had.has(one)),
      gone: [...had].filter((one) => !has.has(one)),
    },
    worse:
      outcomes.some(({ verdict }) => verdict === 'worse') ||
      (before.entry.exit_code === 0 && after.entry.exit_code !== 0),
  };
}
