import type * as z from 'zod';
import type { FleetKey } from './key.ts';

/** Of all layouts in this folder together: a message of another one is refused. */
export const FLEET_VERSION = 1;

/** What a message is for is signed with it, so that none can be passed off as one of another kind. */
type Purpose = 'announcement' | 'job' | 'batch' | 'order' | 'waiting';

/** No message is longer, in characters: what is longer is refused unread. */
export const MAX_MESSAGE_CHARACTERS = 2 * 2 ** 20;

export type WireProblem = 'unsigned' | 'version' | 'malformed' | 'expired' | 'replayed' | 'misdirected';

/** A message that is not acted on. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly problem: WireProblem;

  constructor(problem: WireProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}

/**
 * Signs a message: `SIGNATURE.BODY`, 64 hexadecimal digits, a full stop, and JSON. The signature is over
 * `coordinator-fleet PURPOSE`, a newline and the body as it is sent, so that nothing depends on how JSON is written.
 */
export function seal<Message extends { readonly version: number }>(
  key: FleetKey,
  purpose: Purpose,
  message: Message,
): string {
  const body = JSON.stringify(message);
  return `${key.sign(signed(purpose, body))}.${body}`;
}

/** @throws WireError for what was not signed with the key for this purpose, or is of another version or form. */
export function open<Schema extends z.ZodType>(
  key: FleetKey,
  purpose: Purpose,
  text: string,
  schema: Schema,
): z.infer<Schema> {
  if (text.length > MAX_MESSAGE_CHARACTERS)
    throw new WireError('malformed', `a message of ${text.length} characters`);
  const [, signature = '', body = ''] = /^([0-9a-f]{64})\.(.*)$/s.exec(text) ?? [];
  if (!key.verify(signed(purpose, body), signature))
    throw new WireError('unsigned', 'it is not signed with the key of this fleet');
  const value = parse(body);
  const version = (value as { version?: unknown } | null)?.version;
  if (version !== FLEET_VERSION)
    throw new WireError('version', `it is of version ${String(version)}, and this is ${FLEET_VERSION}`);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new WireError('malformed', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is malformed'}`);
}

function signed(purpose: Purpose, body: string): string {
  return `coordinator-fleet ${purpose}\n${body}`;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
