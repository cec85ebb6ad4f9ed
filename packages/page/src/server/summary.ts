import type { RunEvent, RunEventOf } from '@coordinator/shared/event';
import { reportSchema, type StressResult } from '@coordinator/shared/report';
import * as z from 'zod';
import type { RunState, RunSummary } from '../protocol/index.ts';

/** Of a report what a list shows: guests are only counted. */
export const reportHeadSchema = reportSchema
  .omit({ guests: true, stress: true })
  .extend({ guests: z.array(z.unknown()) });
type ReportHead = z.infer<typeof reportHeadSchema>;

/** What a run's line in a list is made of, while it goes on. */
export interface SummaryState {
  start: RunEventOf<'run-started'> | null;
  stress: StressResult | null;
  end: RunEventOf<'run-ended'> | null;
}

export function summarize(state: SummaryState, event: RunEvent): void {
  if (event.type === 'run-started') state.start = event;
  else if (event.type === 'stress-progress') state.stress = event.stress;
  else if (event.type === 'run-ended') state.end = event;
}

export function summaryOf(run: string, { start, stress, end }: SummaryState, state: RunState): RunSummary {
  return {
    run,
    state,
    outcome: end?.outcome ?? null,
    reason: end?.reason ?? null,
    started: start?.started ?? null,
    duration_ms: end === null ? null : Math.round(end.at_ms),
    command: start?.command ?? [],
    platform: start?.platform ?? null,
    plan: start?.plan ?? null,
    guests: start?.guests.length ?? null,
    rounds: stress?.rounds_ended ?? null,
  };
}

export function summaryOfReport(report: ReportHead): RunSummary {
  const { run, outcome, reason, started, duration_ms, command, platform, plan, rounds = null } = report;
  // A stress run's guests are rounds, of which some are kept.
  const guests = rounds === null ? report.guests.length : (report.guests_together ?? null);
  return {
    run,
    state: 'ended',
    outcome,
    reason,
    started,
    duration_ms,
    command,
    platform,
    plan,
    guests,
    rounds,
  };
}
