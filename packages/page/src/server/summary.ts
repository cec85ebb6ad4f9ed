import { gistOf, type HistoryEntry } from '@coordinator/history';
import type { RunEvent, RunEventOf } from '@coordinator/shared/event';
import type { StressResult } from '@coordinator/shared/report';
import type { RunState, RunSummary } from '../protocol/index.ts';

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
    command: gistOf(start?.command ?? []),
    platform: start?.platform ?? null,
    plan: start?.plan ?? null,
    guests: start?.guests.length ?? null,
    rounds: stress?.rounds_ended ?? null,
  };
}

const states = {
  finished: 'ended',
  running: 'running',
  unfinished: 'abandoned',
  damaged: 'abandoned',
} as const;

/** The line of a run that is kept. */
export function summaryOfEntry(entry: HistoryEntry): RunSummary {
  const { run, state, outcome, reason, started, duration_ms, command, platform, plan, guests, rounds } =
    entry;
  return {
    ...{ run, state: states[state], outcome, reason, started, duration_ms, command, platform, plan, rounds },
    // What cannot be read has no guests that are known.
    guests: guests === 0 ? null : guests,
  };
}
