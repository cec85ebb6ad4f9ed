import * as z from 'zod';
import { parseDuration, parseSize } from '../units/index.ts';
import { stepLimits } from './step.ts';

/** What tests may say, whatever their exerciser. */

export function bytes(max: number) {
  return z
    .union([z.int(), z.string()])
    .transform((value, context) => {
      if (typeof value === 'number') return value;
      try {
        return parseSize(value);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message });
        return z.NEVER;
      }
    })
    .pipe(z.int().min(0).max(max));
}

/** Bytes in whole units. */
export const multiples = (unit: number, max: number) =>
  bytes(max).refine((value) => value % unit === 0, `must be a multiple of ${unit}`);

/** The same, and not none. */
export const someMultiples = (unit: number, max: number) =>
  multiples(unit, max).refine((value) => value > 0, 'must not be 0');

export const duration = z
  .union([z.number(), z.string()])
  .transform((value, context) => {
    try {
      return parseDuration(String(value));
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  })
  .describe('For example 30s, 1m30s or 500ms; a bare number counts seconds.');

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/+-]{0,127}$/, 'letters, digits and ._/+- only')
  .optional()
  .describe('Shown in reports. Default: the mode, the size and what is special, as in memcpy/0x100.');

export const testFields = {
  name,
  transactions: z.int().min(1).max(stepLimits.transactions).default(1),
  seed: z.int().min(0).max(0xffffffff).optional(),
  /** Plans of earlier versions ask for it; what is not compared is no test. */
  check: z.literal(true).optional().describe('Data is always compared.'),
  timeout: duration.optional(),
};
