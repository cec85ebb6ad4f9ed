import * as z from 'zod';
import type { ExerciserName, TestStep } from './job.ts';
import { duration, nvmeTestSchema, smmuteTestSchema } from './test-schema.ts';

const common = {
  version: z.literal(1).default(1),
  name: z.string().min(1).max(64).optional(),
  timeout: duration.default(30_000).describe('Limit of a test that names none.'),
  interrupts: z
    .boolean()
    .default(true)
    .describe(
      "Check the device's /proc/interrupts delta: above zero, and no more than it has reason to raise.",
    ),
};
const MAX_TESTS = 256;

const smmutePlanSchema = z.strictObject({
  ...common,
  exerciser: z.literal('smmute').default('smmute').describe("Arm's SMMU test engine."),
  tests: z.array(smmuteTestSchema).min(1).max(MAX_TESTS),
});

const nvmePlanSchema = z.strictObject({
  ...common,
  exerciser: z.literal('nvme').describe('An NVMe function whose contents may be destroyed.'),
  tests: z.array(nvmeTestSchema).min(1).max(MAX_TESTS),
});

export const planSchema = z
  .discriminatedUnion('exerciser', [smmutePlanSchema, nvmePlanSchema])
  .describe('What coordinator runs in every guest.');

/** A plan with every default filled in. */
export interface Plan {
  readonly name: string;
  readonly exerciser: ExerciserName;
  readonly interrupts: boolean;
  readonly tests: readonly TestStep[];
}

/** Fills in names and limits. Two tests of one name get "#2", "#3" behind it. */
export function normalizePlan(parsed: z.infer<typeof planSchema>, fallbackName: string): Plan {
  const used = new Map<string, number>();
  const complete = (test: z.infer<typeof planSchema>['tests'][number]) => {
    const base = test.name ?? defaultName(test);
    const nth = (used.get(base) ?? 0) + 1;
    used.set(base, nth);
    return {
      name: nth === 1 ? base : `${base}#${nth}`,
      size: test.size,
      transactions: test.transactions,
      offset: test.offset,
      seed: test.seed ?? null,
      check: test.check,
      timeout_ms: test.timeout ?? parsed.timeout,
    };
  };
  const tests: TestStep[] =
    parsed.exerciser === 'nvme'
      ? parsed.tests.map((test) => ({ ...complete(test), mode: test.mode }))
      : parsed.tests.map((test) => ({
          ...complete(test),
          mode: test.mode,
          repetitions: test.repetitions,
          fault: test.fault ?? null,
        }));
  const { exerciser, interrupts } = parsed;
  return { name: parsed.name ?? fallbackName, exerciser, interrupts, tests };
}

function defaultName(test: { mode: string; size: number; fault?: string | undefined }): string {
  return `${test.mode}/0x${test.size.toString(16)}${test.fault ? `/fault-${test.fault}` : ''}`;
}
