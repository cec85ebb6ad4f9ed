import { randomInt } from 'node:crypto';

/** Seeds are what the smmute tool takes: 32 bits. */
export const MAX_SEED = 0xffffffff;

export function newSeed(): number {
  return randomInt(MAX_SEED + 1);
}

/** What a seed changes in a plan: nothing, its seeds, or its seeds, sizes and offsets. */
export const variations = ['none', 'seeds', 'all'] as const;
export type Variation = (typeof variations)[number];
