import * as z from 'zod';
import { hostName, priority, runId, version } from './fields.ts';

/** What a run says of itself as long as it goes on, so that others leave places to it if it has more of a priority. */
export const waitingRunSchema = z.strictObject({
  version,
  run: runId,
  priority,
  /** Guests that no host has. */
  waiting: z.int().min(0),
  /** Where they could run. */
  hosts: z.array(hostName).max(1024),
});

export type WaitingRun = z.infer<typeof waitingRunSchema>;
