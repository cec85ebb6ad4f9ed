import * as z from 'zod';
import { hostName, instant, jobId, nonce, session, version } from './fields.ts';

const common = { version, host: hostName, session, nonce, expires: instant };

/** What a worker is told beside its jobs: to end one, or to take no more. */
export const orderSchema = z.discriminatedUnion('order', [
  z.strictObject({ ...common, order: z.literal('cancel'), job: jobId }),
  z.strictObject({ ...common, order: z.literal('drain') }),
]);

export type Order = z.infer<typeof orderSchema>;
