import type { GuestResult, Report } from '@coordinator/shared/report';
import type { HistoryEntry } from '../entry.ts';
import { summarizeRun } from '../summarize.ts';
import { interruptsOf } from './interrupts.ts';
import { type Counts, countsOf } from './outcomes.ts';
import { settingsOf } from './settings.ts';
import { type Measured, timesOf } from './times.ts';

/** What two runs are compared by. It is small beside the report, which need not be kept for it. */
export interface MeasuredRun {
  readonly entry: HistoryEntry;
  readonly settings: Readonly<Record<string, string>>;
  /** Of a stress run none: its rounds are no guests of another run. */
  readonly guests: ReadonlyArray<Pick<GuestResult, 'id' | 'outcome' | 'reason'>>;
  readonly counts: ReadonlyMap<string, Counts>;
  readonly times: ReadonlyMap<string, Measured>;
  readonly interrupts: ReadonlyMap<string, number>;
  readonly fingerprints: ReadonlySet<string>;
}

/** @param run its name, which is what the folder says and not the report */
export function measureRun(report: Report, run = report.run): MeasuredRun {
  const summary = summarizeRun(run, report);
  const guests = report.stress ? [] : report.guests;
  return {
    entry: summary.entry,
    settings: settingsOf(report),
    guests: guests.map(({ id, outcome, reason }) => ({ id, outcome, reason })),
    counts: countsOf(summary),
    times: timesOf(report),
    interrupts: interruptsOf(report),
    fingerprints: new Set(report.guests.flatMap(({ fingerprint }) => fingerprint ?? [])),
  };
}
