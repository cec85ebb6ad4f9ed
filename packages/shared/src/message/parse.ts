import { Unpackr } from 'msgpackr/unpack';
import * as z from 'zod';
import { checkMessagePack } from './check.ts';
import { type AgentMessage, messageSchema } from './schema.ts';

const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: 'number' });

export type ParsedMessage =
  | { readonly ok: true; readonly message: AgentMessage }
  | { readonly ok: false; readonly problem: string };

/** Reads one frame's payload. Never throws: a guest may send anything. */
export function parseMessage(payload: Uint8Array): ParsedMessage {
  const malformed = checkMessagePack(payload);
  if (malformed) return { ok: false, problem: `not a MessagePack value: ${malformed}` };
  let value: unknown;
  try {
    value = unpackr.unpack(payload);
  } catch (error) {
    return { ok: false, problem: `not a MessagePack value: ${(error as Error).message}` };
  }
  const parsed = messageSchema.safeParse(value);
  if (parsed.success) return { ok: true, message: parsed.data };
  return { ok: false, problem: `not a known message: ${z.prettifyError(parsed.error).slice(0, 500)}` };
}
