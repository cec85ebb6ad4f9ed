import * as z from 'zod';

/**
 * What a client may ask for, each a WebSocket text message with one JSON object: JSON, as no text of that length can make
 * its reader ask for more memory than the text has. Nothing that can be asked for changes anything.
 */

/** Longer messages end the connection. */
export const MAX_REQUEST_BYTES = 4096;

const name = z.string().min(1).max(256);

export const requestSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('runs'),
    before: name.nullable().default(null),
    limit: z.int().min(1).max(100).default(50),
  }),
  /** Follow a run, from its start; `latest` is the newest. One at a time: another one takes its place. */
  z.strictObject({ type: z.literal('watch'), run: name }),
  z.strictObject({ type: z.literal('unwatch') }),
  /** What changed from one run to another, each named as for `watch`. */
  z.strictObject({ type: z.literal('compare'), before: name, after: name }),
  /** How often tests failed in the last runs. */
  z.strictObject({ type: z.literal('flakes'), last: z.int().min(1).max(1000).default(100) }),
  /** Follow the console of a guest of the run that is watched, from what is at hand of its end. */
  z.strictObject({ type: z.literal('console'), guest: name }),
  z.strictObject({ type: z.literal('close-console'), guest: name }),
]);

export type Request = z.infer<typeof requestSchema>;
/** As it is sent: what has a default may be absent. */
export type SentRequest = z.input<typeof requestSchema>;
