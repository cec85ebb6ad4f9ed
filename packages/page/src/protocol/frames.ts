import { comparisonSchema } from '@coordinator/history/comparison';
import { historyEntrySchema } from '@coordinator/history/entry';
import { flakeRateSchema } from '@coordinator/history/flake-rate';
import { runEventSchema } from '@coordinator/shared/event';
import * as z from 'zod';

/**
 * What the server says, each a binary WebSocket message with one MessagePack map. Published in docs/page.md: fields and
 * frames may be added, and a reader leaves out what it does not know.
 */

/** - `running`: its coordinator is at work
 *  - `ended`: and said so
 *  - `abandoned`: its coordinator died; nothing more will come */
export const runStates = ['running', 'ended', 'abandoned'] as const;
export type RunState = (typeof runStates)[number];

const { run, outcome, reason, duration_ms, command, platform, plan, rounds } = historyEntrySchema.shape;

/** A run in a list, as that of stored ones has it. What is null is not known (yet). */
export const runSummarySchema = z.object({
  run,
  state: z.enum(runStates),
  ...{ outcome, reason },
  started: z.string().nullable(),
  ...{ duration_ms, command, platform, plan },
  guests: z.number().nullable(),
  rounds,
});
export type RunSummary = z.infer<typeof runSummarySchema>;

export const frameSchema = z.discriminatedUnion('type', [
  /** The first one. `live` is the run that serves itself; null where stored runs are served. */
  z.object({
    type: z.literal('hello'),
    version: z.literal(1),
    coordinator: z.string(),
    live: z.string().nullable(),
  }),
  /** Newest first. `more`: ask again with `before` as the last run's id. */
  z.object({
    type: z.literal('runs'),
    before: z.string().nullable(),
    runs: z.array(runSummarySchema),
    total: z.number(),
    more: z.boolean(),
  }),
  /**
   * Forget what was said of this run: it is told from its start again, without what was outdated or forgotten since.
   * `omitted`: events beyond that which are not told, as the run has too many.
   */
  z.object({ type: z.literal('snapshot'), run: z.string(), omitted: z.number() }),
  z.object({ type: z.literal('events'), run: z.string(), events: z.array(runEventSchema) }),
  /** All events so far were told. Said again when it changes. */
  z.object({ type: z.literal('state'), run: z.string(), state: z.enum(runStates) }),
  /** What a guest printed. `skipped`: not all that came before; what was shown of it so far is best removed. */
  z.object({
    type: z.literal('console'),
    run: z.string(),
    guest: z.string(),
    text: z.string(),
    skipped: z.boolean(),
  }),
  /** What happens before there is a run, such as the lab's start. */
  z.object({ type: z.literal('notice'), text: z.string() }),
  /**
   * What changed from one run to another, named as it was asked for. `conclusion` is that of all of it, in a sentence; `omitted`: lines of it that are
   * not told, as there are too many.
   */
  z.object({
    type: z.literal('comparison'),
    before: z.string(),
    after: z.string(),
    conclusion: z.string(),
    comparison: comparisonSchema,
    omitted: z.number(),
  }),
  /**
   * How often tests failed in the last runs that are finished: those that did, the one that fails most often first. `runs` were
   * looked at, `last` were asked for; `steady` tests never failed in them. `omitted`: tests that are not told, as there are too many.
   */
  z.object({
    type: z.literal('flakes'),
    last: z.number(),
    runs: z.number(),
    failing: z.array(flakeRateSchema),
    steady: z.number(),
    omitted: z.number(),
  }),
  /** A request could not be fulfilled. */
  z.object({
    type: z.literal('problem'),
    about: z.enum(['watch', 'console', 'runs', 'compare', 'flakes']),
    text: z.string(),
  }),
]);

export type Frame = z.infer<typeof frameSchema>;
export type FrameOf<Type extends Frame['type']> = Extract<Frame, { type: Type }>;
