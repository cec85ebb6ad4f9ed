import { z } from 'zod';
import { parseDuration, parseSize } from '../units/index.ts';
import { type SmmuteMode, smmuteFaults, smmuteModes, type TestStep } from './job.ts';

/** The largest region one transaction may cover: the driver's limit for one DMA buffer. */
const MAX_SIZE = 32 * 2 ** 20;

const size = z
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
  .pipe(z.int().min(0).max(MAX_SIZE));

const duration = z
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

const testSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._/+-]{0,127}$/, 'letters, digits and ._/+- only')
      .optional()
      .describe('Shown in reports. Default: the mode, the size and the fault, as in memcpy/0x100.'),
    mode: z
      .enum(smmuteModes)
      .describe('What the engine does: copy, fill with RAND48, sum, or write to its own frame.'),
    size: size.default(4096).describe('Bytes a transaction covers; 256, 0x100, 64k or 1M.'),
    transactions: z.int().min(1).max(1_000_000).default(1),
    repetitions: z.int().min(1).max(100_000).default(1).describe('Launches of each transaction.'),
    offset: size.default(0).describe('Bytes from the start of the DMA buffer.'),
    seed: z.int().min(0).max(0xffffffff).optional(),
    check: z.boolean().default(false).describe('Compare the buffers with what they must hold.'),
    fault: z.enum(smmuteFaults).optional().describe('Inject a fault; the test passes when it was reported.'),
    timeout: duration.optional(),
  })
  .describe('One call of the smmute tool.');

export const planSchema = z
  .strictObject({
    version: z.literal(1).default(1),
    name: z.string().min(1).max(64).optional(),
    timeout: duration.default(30_000).describe('Limit of a test that names none.'),
    interrupts: z
      .boolean()
      .default(true)
      .describe("Check the device's /proc/interrupts delta: above zero, and no more than its transactions."),
    tests: z.array(testSchema).min(1).max(256),
  })
  .describe('What coordinator runs in every guest.');

/** A plan with every default filled in. */
export interface Plan {
  readonly name: string;
  readonly interrupts: boolean;
  readonly tests: readonly TestStep[];
}

/** Fills in names and limits. Two tests of one name get "#2", "#3" behind it. */
export function normalizePlan(parsed: z.infer<typeof planSchema>, fallbackName: string): Plan {
  const used = new Map<string, number>();
  const tests = parsed.tests.map((test): TestStep => {
    const base = test.name ?? defaultName(test);
    const nth = (used.get(base) ?? 0) + 1;
    used.set(base, nth);
    return {
      name: nth === 1 ? base : `${base}#${nth}`,
      mode: test.mode,
      size: test.size,
      transactions: test.transactions,
      repetitions: test.repetitions,
      offset: test.offset,
      seed: test.seed ?? null,
      check: test.check,
      fault: test.fault ?? null,
      timeout_ms: test.timeout ?? parsed.timeout,
    };
  });
  return { name: parsed.name ?? fallbackName, interrupts: parsed.interrupts, tests };
}

function defaultName(test: { mode: SmmuteMode; size: number; fault?: string | undefined }): string {
  return `${test.mode}/0x${test.size.toString(16)}${test.fault ? `/fault-${test.fault}` : ''}`;
}
