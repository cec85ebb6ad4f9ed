import * as z from 'zod';
import { type ExerciserName, type InterruptReadings, isolationFaults, type TestStep } from './job.ts';
import { duration, nvmeTestSchema, smmuteTestSchema } from './test-schema.ts';

const common = {
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
const MAX_TESTS = 256;

const smmutePlanSchema = z
  .strictObject({
    ...common,
    exerciser: z.literal('smmute').default('smmute').describe("Arm's SMMU test engine."),
    iommu: z
      .boolean()
      .default(false)
      .describe('Give every guest an IOMMU of its own, between its memory and its engine.'),
    tests: z.array(smmuteTestSchema).min(1).max(MAX_TESTS),
  })
  .superRefine(({ iommu, tests }, context) => {
    if (iommu) return;
    for (const [index, { fault }] of tests.entries())
      if (fault !== undefined && isolationFaults.includes(fault))
        context.addIssue({
          code: 'custom',
          path: ['tests', index, 'fault'],
          message: `${fault} needs an IOMMU in the guest: say "iommu: true" in the plan`,
        });
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
  readonly interrupts: InterruptReadings;
  /** Whether guests have an IOMMU of their own. */
  readonly iommu: boolean;
  readonly tests: readonly TestStep[];
  /** Tests of the plan that cannot be done here, each with the reason; reported as skipped. */
  readonly excluded: ReadonlyArray<{ readonly name: string; readonly why: string }>;
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
          stride: test.stride,
          depth: test.depth,
          fault: test.fault ?? null,
        }));
  const { exerciser, interrupts } = parsed;
  const iommu = parsed.exerciser === 'smmute' && parsed.iommu;
  return { name: parsed.name ?? fallbackName, exerciser, interrupts, iommu, tests, excluded: [] };
}

interface NamedBy {
  readonly mode: string;
  readonly size: number;
  readonly stride?: number;
  readonly depth?: number;
  readonly fault?: string | undefined;
}

function defaultName({ mode, size, stride = 1, depth = 1, fault }: NamedBy): string {
  const parts = [mode, `0x${size.toString(16)}`];
  if (stride !== 1) parts.push(`stride-${stride}`);
  if (depth !== 1) parts.push(`depth-${depth}`);
  if (fault) parts.push(`fault-${fault}`);
  return parts.join('/');
}
