import { type RunEvent, runEventSchema } from '@coordinator/shared/event';
import * as z from 'zod';

/** @returns what is wrong, if it is no event. */
export function parseEvent(text: string): RunEvent | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not a line of JSON';
  }
  const parsed = runEventSchema.safeParse(value);
  return parsed.success ? parsed.data : `not an event: ${firstIssue(parsed.error)}`;
}

/** The first thing that is wrong, in one sentence. */
export function firstIssue(error: z.ZodError): string {
  const [line = ''] = z.prettifyError({ issues: error.issues.slice(0, 1) }).split('\n', 1);
  const path = error.issues[0]?.path.join('.') ?? '';
  return path ? `${path}: ${line.replace(/^✖ /, '')}` : line.replace(/^✖ /, '');
}
