import { outcomes } from '@coordinator/shared/report';
import * as z from 'zod';
import { historyEntrySchema, testCountsSchema } from '../entry.ts';

const counts = testCountsSchema.omit({ name: true }).nullable();
const pair = z.tuple([z.number(), z.number()]);

export const settingChangeSchema = z.object({ name: z.string(), before: z.string(), after: z.string() });

/** A guest of a name that both runs have. */
export const guestChangeSchema = z.object({
  id: z.string(),
  before: z.enum(outcomes),
  after: z.enum(outcomes),
  /** Of the one that did not pass; the second, if neither did. */
  reason: z.string().nullable(),
});

/** How often something passed and failed in two runs; skipped counts as neither. */
export const outcomeChangeSchema = z.object({
  /** The name of a test; `guest` for guests, or rounds, themselves. */
  name: z.string(),
  before: counts,
  after: counts,
  /** `other`: it is not in both, or is skipped in one. */
  verdict: z.enum(['worse', 'better', 'other']),
});

/** Values of a kind in two runs. */
export const sampleChangeSchema = z.object({
  counts: pair,
  medians: pair,
  /** Of the medians, second less first, and where it lies with 95%; null where there is too little to tell. */
  difference: z.number(),
  interval: pair.nullable(),
  /** How likely such ranks are if nothing changed, by the test of Mann and Whitney; null as `interval`. */
  p: z.number().nullable(),
  /** `p` below 1%, and an interval without zero. */
  significant: z.boolean(),
});

export const timeChangeSchema = sampleChangeSchema.extend({
  /** `boot`, `guest`, `phase NAME`, `test NAME`, `transaction NAME`; of stress runs `boot`, `agent`, `round`, `transaction`. */
  name: z.string(),
  unit: z.enum(['ms', 'µs']),
});

/** Interrupts of the devices in two runs, for each guest or round. */
export const interruptChangeSchema = z.object({
  /** `all`, `per transaction`, `vector 3`, `CPU 1`. */
  name: z.string(),
  before: z.number().nullable(),
  after: z.number().nullable(),
});

/** What changed from one run to another. Only `times` has what did not change as well. */
export const comparisonSchema = z.object({
  version: z.literal(1),
  runs: z.tuple([historyEntrySchema, historyEntrySchema]),
  settings: z.array(settingChangeSchema),
  guests: z.array(guestChangeSchema),
  outcomes: z.array(outcomeChangeSchema),
  times: z.array(timeChangeSchema),
  interrupts: z.array(interruptChangeSchema),
  /** Fingerprints of crashes that only the second run has, and those that only the first has. */
  crashes: z.object({ appeared: z.array(z.string()), gone: z.array(z.string()) }),
  /** Whether something fails in the second run that did not, or not so often, in the first. */
  worse: z.boolean(),
});

export type OutcomeChange = z.infer<typeof outcomeChangeSchema>;
export type SampleChange = z.infer<typeof sampleChangeSchema>;
export type TimeChange = z.infer<typeof timeChangeSchema>;
export type Comparison = z.infer<typeof comparisonSchema>;
