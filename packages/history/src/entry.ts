import { outcomes } from '@coordinator/shared/report/kinds';
import * as z from 'zod';

/**
 * A stored run in a few words, for lists. `state`:
 * - `finished`: it has a report
 * - `running`: its coordinator lives
 * - `unfinished`: its coordinator died, and nobody has completed its report
 * - `damaged`: what it left cannot be read; `reason` says why
 */
export const runStates = ['finished', 'running', 'unfinished', 'damaged'] as const;

/** What became of a test in the guests, or rounds, of one run. */
export const testCountsSchema = z.object({
  name: z.string(),
  pass: z.number(),
  fail: z.number(),
  skip: z.number(),
});
export type TestCounts = z.infer<typeof testCountsSchema>;

/** Texts are cut, and as they were: who prints them cleans them. Times in ms. */
export const historyEntrySchema = z.object({
  run: z.string(),
  state: z.enum(runStates),
  /** ISO 8601; by the run's name where it says nothing else. */
  started: z.string(),
  /** What was asked for, without the program and where to put reports: `test --guests 2`. */
  command: z.string(),
  platform: z.string().nullable(),
  vmm: z.string().nullable(),
  exerciser: z.string().nullable(),
  plan: z.string().nullable(),
  /** What `uname -r` said in its guests; the first few. */
  kernels: z.array(z.string()),
  guests: z.number(),
  /** Of a stress run: rounds that ended. */
  rounds: z.number().nullable(),
  /** Null where it is not known. */
  outcome: z.enum(outcomes).nullable(),
  exit_code: z.number().nullable(),
  duration_ms: z.number().nullable(),
  /** Why it did not pass: the run's own reason, or that of its first guest that has one. */
  reason: z.string().nullable(),
  /** Guests, or rounds, by how they ended. */
  endings: z.object({
    pass: z.number(),
    fail: z.number(),
    hang: z.number(),
    panic: z.number(),
    error: z.number(),
  }),
  /** Guests that passed, but not at their first try. */
  flaky: z.number(),
  /** Of crashes in its guests: see `fingerprint` in the report. */
  fingerprints: z.array(z.string()),
});
export type HistoryEntry = z.infer<typeof historyEntrySchema>;

/** An entry with what flake rates are made of. */
export const indexedRunSchema = z.object({
  entry: historyEntrySchema,
  tests: z.array(testCountsSchema),
});
export type IndexedRun = z.infer<typeof indexedRunSchema>;

/** A run that there is no report of. */
export function bareEntry(run: string, state: HistoryEntry['state'], reason: string | null): HistoryEntry {
  return {
    ...{
      run,
      state,
      started: startOf(run),
      command: '',
      platform: null,
      vmm: null,
      exerciser: null,
      plan: null,
    },
    ...{ kernels: [], guests: 0, rounds: null, outcome: null, exit_code: null, duration_ms: null, reason },
    ...{ endings: { pass: 0, fail: 0, hang: 0, panic: 0, error: 0 }, flaky: 0, fingerprints: [] },
  };
}

/** When a run began, by its name: `20261122-184500-x7q2` is 2026-11-22T18:45:00Z. */
export function startOf(run: string): string {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-/.exec(run) ?? [];
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
}
