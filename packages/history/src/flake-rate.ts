import * as z from 'zod';

/** How often a test failed over many runs. */
export const flakeRateSchema = z.object({
  /** `guest`: the guest itself, which panicked, hung or was lost. */
  test: z.string(),
  /** Runs it was in. */
  runs: z.number(),
  /** Guests, or rounds, that ran it: skipped ones are none. */
  guests: z.number(),
  failed: z.number(),
  /** Share of the guests in which it failed, 0 to 1, and Wilson's 95% interval of it. */
  rate: z.number(),
  low: z.number(),
  high: z.number(),
  /** How often it went from runs without a failure to one with, or back: a test that broke once has one. */
  flips: z.number(),
  /** The newest run in which it failed. */
  last_failed: z.string().nullable(),
});

export type FlakeRate = Readonly<z.infer<typeof flakeRateSchema>>;
