import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { FLEET_VERSION } from './envelope.ts';

/** Fields that several layouts have. */

export const version = z.literal(FLEET_VERSION);
/** Names are parts of keys, files and lines that are printed: no separators, and no leading dot. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
export const hostName = z.string().regex(NAME);
export const LABEL = /^[A-Za-z0-9][A-Za-z0-9._=-]{0,62}$/;
export const label = z.string().regex(LABEL);
export const runId = z.string().regex(/^\d{8}-\d{6}-[0-9a-z]{4}$/);
/** `RUN.NUMBER`. */
export const jobId = z.string().regex(/^\d{8}-\d{6}-[0-9a-z]{4}\.[1-9]\d{0,8}$/);
/** `guest-7`, or a round of a stress run: `guest-7/12`. It becomes a folder: no other separators. */
export const guestId = z.string().regex(/^guest-[1-9]\d{0,5}(\/[1-9]\d{0,9})?$/);
/** Of one life of a worker: what was meant for the one before it is refused. */
export const session = z.string().regex(/^[0-9a-f]{32}$/);
export const nonce = z.string().regex(/^[0-9a-f]{32}$/);
/** Milliseconds since 1970, by the sender's clock. */
export const instant = z.int().min(0);
/** LAVA's numbers: more goes first. */
export const MAX_PRIORITY = 100;
export const priority = z.int().min(0).max(MAX_PRIORITY);
/** Of a file, by its content. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** 128 random bits. */
export function random(): string {
  return randomBytes(16).toString('hex');
}
