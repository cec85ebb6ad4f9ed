import * as z from 'zod';
import { guestId, jobId, NAME, version } from './fields.ts';

/** Characters of events that are sent together, about; a longer one goes alone. */
export const BATCH_CHARACTERS = 256 * 1024;
/** Bytes of a file in one batch. */
export const FILE_PART_BYTES = 512 * 1024;
const MAX_EVENTS = 4096;

/** A piece of a file that a guest left, in order; `more` follow. */
const filePartSchema = z.strictObject({
  guest: guestId,
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/),
  data: z.base64().max(2 * FILE_PART_BYTES),
  more: z.boolean(),
});
export type FilePart = z.infer<typeof filePartSchema>;

/** What a worker says of a job. Numbered from 1 without gaps: what comes again, or is missing, is noticed. */
export const batchSchema = z.strictObject({
  version,
  job: jobId,
  host: z.string().regex(NAME),
  sequence: z.int().min(1),
  /** Events of the run there, as `runEventSchema` has them; each is checked by itself. */
  events: z.array(z.unknown()).max(MAX_EVENTS),
  files: z.array(filePartSchema).max(16),
  /** The last batch. A reason is a sentence about why guests of it may be without an end. */
  end: z.strictObject({ reason: z.string().max(2000).nullable(), refused: z.boolean() }).nullable(),
});

export type Batch = z.infer<typeof batchSchema>;
