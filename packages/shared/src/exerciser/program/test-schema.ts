import * as z from 'zod';
import { testFields } from '../test-fields.ts';
import { programFormats, programLimits } from './step.ts';
import { splitWords } from './words.ts';

const word = z.string().min(1).max(programLimits.word);

const command = z
  .union([z.string(), z.array(word)], { error: 'names no program: write for example run: ./my-test.sh' })
  .transform((value, context) => {
    if (typeof value !== 'string') return value;
    try {
      return splitWords(value);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  })
  .pipe(z.array(word).min(1, 'names no program').max(programLimits.words))
  .describe(
    'The program and its arguments, in one line or as a list. One with a slash is looked for in the folder of --files, another in the kit and in the folders for programs of the guest.',
  );

const interrupts = z
  .union([z.int().min(0).max(programLimits.interrupts), z.string()])
  .transform((value, context) => {
    if (typeof value === 'number') return { min: value, max: value };
    const [, count] = /^at-least (\d{1,9})$/.exec(value) ?? [];
    if (count !== undefined) return { min: Number(count), max: null };
    if (value === 'none') return { min: 0, max: 0 };
    if (value === 'any') return undefined;
    context.addIssue({
      code: 'custom',
      message: `"${value}" is no number of interrupts; write 10, at-least 10, none or any`,
    });
    return z.NEVER;
  })
  .optional()
  .describe('Interrupts that the device raises meanwhile: 10, at-least 10, none, or any (the default).');

/** A test of any plan that is a program of the user's. */
export const programTestSchema = z
  .strictObject({
    name: testFields.name.describe('Shown in reports. Default: the name of the program.'),
    run: command,
    format: z
      .enum(programFormats)
      .default('exit')
      .describe(
        'Exit status 0 is a pass, 4 a skip, any other a failure. With ktap and tap, sub-tests that are printed are results of their own.',
      ),
    interrupts,
    seed: testFields.seed.describe('Given to it as $COORDINATOR_SEED. Default: one of its own.'),
    timeout: testFields.timeout,
  })
  .describe('A program of yours.');

export type ProgramTest = z.infer<typeof programTestSchema>;
