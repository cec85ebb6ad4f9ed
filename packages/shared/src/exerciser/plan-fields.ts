import * as z from 'zod';
import type { InterruptReadings } from '../interrupts/index.ts';
import { programTestSchema } from './program/test-schema.ts';
import { stepLimits } from './step.ts';
import { duration } from './test-fields.ts';

/** What plans may say, whatever their exerciser. */

export const planFields = {
  version: z.literal(1).default(1),
  name: z.string().min(1).max(64).optional(),
  timeout: duration.default(30_000).describe('Limit of a test that names none.'),
  interrupts: z
    .union([z.boolean(), z.enum(['each', 'run'])])
    .default('each')
    .transform((value): InterruptReadings => (typeof value === 'string' ? value : value ? 'each' : 'none'))
    .describe(
      "Judge the device's interrupts exactly, after each test or once for the run. true is each; false reads nothing.",
    ),
};

/** Tests of an exerciser, and programs beside them. */
export const tests = <Test extends z.ZodType>(test: Test) =>
  z
    .array(z.union([test, programTestSchema]))
    .min(1)
    .max(stepLimits.tests);

/** A plan whose tests are for `exerciser`, which it must name. */
export const planOf = <Name extends string, Test extends z.ZodType>(
  exerciser: Name,
  description: string,
  test: Test,
) =>
  z.strictObject({
    ...planFields,
    exerciser: z.literal(exerciser).describe(description),
    tests: tests(test),
  });
