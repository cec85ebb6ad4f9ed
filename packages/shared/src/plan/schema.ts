import * as z from 'zod';
import { type ExerciserName, exerciserNames, type TestStep } from '../exerciser/index.ts';
import { type PlanKind, planKinds } from '../exerciser/plans.ts';
import type { InterruptReadings } from '../interrupts/index.ts';
import { freeName } from './free-name.ts';

type PlanSchema = (typeof planKinds)[ExerciserName]['schema'];
type ParsedPlan = z.infer<PlanSchema>;
type ParsedTest = ParsedPlan['tests'][number];

export const planSchema = z
  .discriminatedUnion(
    'exerciser',
    exerciserNames.map((name): PlanSchema => planKinds[name].schema) as [PlanSchema, ...PlanSchema[]],
  )
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
export function normalizePlan(parsed: ParsedPlan, fallbackName: string): Plan {
  const kind: PlanKind<PlanSchema, TestStep> = planKinds[parsed.exerciser];
  const used = new Set<string>();
  const complete = (test: ParsedTest): TestStep => {
    const base = test.name ?? [test.mode, `0x${test.size.toString(16)}`, ...kind.special(test)].join('/');
    const { size, transactions, seed = null, timeout = parsed.timeout } = test;
    const name = freeName(base, used);
    return { name, size, transactions, seed, timeout_ms: timeout, ...kind.ownFields(test) } as TestStep;
  };
  const { exerciser, interrupts } = parsed;
  return {
    ...{ name: parsed.name ?? fallbackName, exerciser, interrupts },
    iommu: 'iommu' in parsed && parsed.iommu,
    tests: parsed.tests.map(complete),
    excluded: [],
  };
}
