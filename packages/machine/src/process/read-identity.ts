import * as z from 'zod';
import type { ProcessIdentity } from './identity.ts';

/** Of what others may have written. */
export const processIdentitySchema: z.ZodType<ProcessIdentity> = z.object({
  pid: z.int().min(1),
  startTime: z.string().regex(/^\d{1,20}$/),
  namespace: z.string().regex(/^\d{1,20}$/),
});

/** What `formatIdentity` has made; null for anything else. */
export function parseIdentity(text: string): ProcessIdentity | null {
  const [pid, startTime, namespace] = text.split('.');
  return processIdentitySchema.safeParse({ pid: Number(pid), startTime, namespace }).data ?? null;
}
