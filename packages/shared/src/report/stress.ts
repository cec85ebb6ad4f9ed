import * as z from 'zod';
import { faultKinds } from './kinds.ts';

/** What `coordinator stress` adds to a report. Shared by the progress it tells while it runs and the end of it. */

/**
 * - `detected`: the round was classified as this fault demands
 * - `late`: the guest had said all it had to say when the fault struck, and nothing was lost
 * - `missed`: the round was classified as something else
 */
export const faultVerdicts = ['detected', 'late', 'missed'] as const;
export type FaultVerdict = (typeof faultVerdicts)[number];

const count = z.number();

/** How measurements are spread; values within 1%. */
export const distributionSchema = z.object({
  count,
  min: z.number(),
  p50: z.number(),
  p90: z.number(),
  p99: z.number(),
  max: z.number(),
  /** Counts of values from `from` up to and without `to`; neighbours, each half an octave wide. */
  bins: z.array(z.object({ from: z.number(), to: z.number(), count })),
});
export type Distribution = z.infer<typeof distributionSchema>;

export const outcomeCountsSchema = z.object({
  pass: count,
  fail: count,
  hang: count,
  panic: count,
  error: count,
});
export type OutcomeCounts = z.infer<typeof outcomeCountsSchema>;

/** What was asked for. */
export const stressPlanSchema = z.object({
  mode: z.enum(['restart', 'loop']),
  /** Whether rounds differ in seeds only, or in sizes and offsets too. */
  vary: z.enum(['none', 'seeds', 'all']),
  /** Every round's seed comes from this one. */
  seed: z.number(),
  rounds: z.number().nullable(),
  duration_ms: z.number().nullable(),
  /** VMMs at once. */
  jobs: z.number(),
  retries: z.number(),
  max_failures: z.number(),
});
export type StressPlan = z.infer<typeof stressPlanSchema>;

export const faultTallySchema = z.object({
  kind: z.enum(faultKinds),
  /** How often it struck a guest that was still at work. */
  injected: count,
  detected: count,
  late: count,
});
export type FaultTally = z.infer<typeof faultTallySchema>;

/** A crash that rounds had, which no injected fault explains. */
export const crashTallySchema = z.object({
  fingerprint: z.string(),
  count,
  /** The first round that had it, and why that ended. */
  round: z.string(),
  reason: z.string().nullable(),
});
export type CrashTally = z.infer<typeof crashTallySchema>;

export const stressResultSchema = z.object({
  ...stressPlanSchema.shape,
  /** Rounds that began. Those of `rounds` ended; the rest is running, or was interrupted. */
  started: count,
  interrupted: count,
  rounds_ended: count,
  outcomes: outcomeCountsSchema,
  /** Rounds that did not pass and that no injected fault explains. */
  failures: count,
  flaky: count,
  /** Failed rounds beyond those that are kept whole. */
  failures_dropped: count,
  elapsed_ms: z.number(),
  eta_ms: z.number().nullable(),
  transactions: count,
  interrupts: count,
  /** Interrupts of each vector, from 0 on. */
  vectors: z.array(count),
  guests_per_minute: z.number(),
  transactions_per_second: z.number(),
  interrupts_per_second: z.number(),
  /** The same over the last seconds. */
  recent: z.object({
    guests_per_minute: z.number(),
    transactions_per_second: z.number(),
    interrupts_per_second: z.number(),
  }),
  /** VMM's start to hello, ms. */
  boot_ms: distributionSchema.nullable(),
  /** Hello to bye, ms; in mode loop, one round within a guest. */
  agent_ms: distributionSchema.nullable(),
  /** The whole round, ms. */
  round_ms: distributionSchema.nullable(),
  /** Of every transaction; smallest and largest are exact. */
  transaction_us: distributionSchema.nullable(),
  faults: z.array(faultTallySchema),
  /** Absent where no kernel crashed, and in earlier reports. */
  crashes: z.array(crashTallySchema).optional(),
  /** One sentence for each fault that was classified wrongly; the first of them. */
  mismatches: z.array(z.string()),
  host: z.object({
    cpus: z.number(),
    /** Load average of the last minute. */
    load: z.number(),
    memory_bytes: z.number(),
    memory_available_bytes: z.number(),
    coordinator_rss_bytes: z.number(),
    children_rss_bytes: z.number(),
    children: z.number(),
    /** Median resident set of the coordinator in each quarter of the run so far. */
    coordinator_rss_quarters: z.array(z.number()),
  }),
});
export type StressResult = z.infer<typeof stressResultSchema>;
