import { createHash } from 'node:crypto';

/**
 * Everything random in a run comes from one number. Each use has a label, so that what is drawn does not depend on the
 * order in which guests happen to get their turn.
 */

/** 32 bits for one use of `seed`. */
export function deriveSeed(seed: number, label: string): number {
  return createHash('sha256').update(`${seed}/${label}`).digest().readUInt32LE(0);
}

/** A number from 0 up to and without 1, for one use of `seed`. */
export function draw(seed: number, label: string): number {
  return deriveSeed(seed, label) / 2 ** 32;
}
