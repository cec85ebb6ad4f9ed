import * as z from 'zod';
import { multiples, someMultiples, testFields } from './test-fields.ts';

/** In bytes; sizes and offsets are multiples of the unit. */
interface PatternLimits {
  readonly unit: number;
  readonly size: number;
  readonly usualSize: number;
  readonly offset: number;
}

/** What people are told of the fields that mean something else for each tool. */
type PatternWords = Readonly<Record<'mode' | 'size' | 'transactions' | 'offset', string>>;

/** A test of a tool that moves a pattern. */
export const patternTest = <const Modes extends readonly [string, ...string[]]>(
  modes: Modes,
  limits: PatternLimits,
  words: PatternWords,
) =>
  z.strictObject({
    name: testFields.name,
    mode: z.enum(modes).describe(words.mode),
    size: someMultiples(limits.unit, limits.size).default(limits.usualSize).describe(words.size),
    transactions: testFields.transactions.describe(words.transactions),
    offset: multiples(limits.unit, limits.offset).default(0).describe(words.offset),
    seed: testFields.seed.describe('Of the pattern. Default: a random one.'),
    check: testFields.check,
    timeout: testFields.timeout,
  });

/** What plans with such tests have in common beyond that. */
export const patternPlans = {
  ownFields: <Mode>({ mode, offset }: { readonly mode: Mode; readonly offset: number }) => ({ mode, offset }),
  special: () => [],
};
