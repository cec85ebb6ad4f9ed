import * as z from 'zod';
import {
  type ExerciserName,
  type ExerciserStep,
  exerciserNames,
  type PlanDevice,
  type TestStep,
} from '../exerciser/index.ts';
import { type PlanKind, type ProgramTest, planKinds } from '../exerciser/plans.ts';
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
  /** The function that is tested; absent where the exerciser says it all. */
  readonly device?: PlanDevice;
  readonly tests: readonly TestStep[];
  /** Tests of the plan that cannot be done here, each with the reason; reported as skipped. */
  readonly excluded: ReadonlyArray<{ readonly name: string; readonly why: string }>;
}

const NOT_IN_NAMES = /[^A-Za-z0-9._+-]+/g;

function completeProgram(test: ProgramTest, fallback: number, used: Set<string>): TestStep {
  const { run: command, format, interrupts = null, seed = null, timeout = fallback } = test;
  const program = command[0]?.split('/').at(-1)?.replace(NOT_IN_NAMES, '_') ?? '';
  const name = freeName(test.name ?? program.slice(0, 100), used);
  return { name, mode: 'run', command, format, interrupts, seed, timeout_ms: timeout };
}

function deviceOf({ device, driver, modules }: Extract<ParsedPlan, { device: unknown }>): PlanDevice {
  const { id, class: pciClass, qemu } = device;
  return { id: id ?? null, class: pciClass ?? null, qemu: qemu ?? null, driver: driver ?? null, modules };
}

/** Fills in names and limits. Two tests of one name get "#2", "#3" behind it. */
export function normalizePlan(parsed: ParsedPlan, fallbackName: string): Plan {
  const kind: PlanKind<PlanSchema, ExerciserStep> = planKinds[parsed.exerciser];
  // What every run has beside the tests of its plan.
  const used = new Set<string>(['probe', 'interrupts']);
  const complete = (test: ParsedTest): TestStep => {
    if ('run' in test) return completeProgram(test, parsed.timeout, used);
    const base = test.name ?? [test.mode, `0x${test.size.toString(16)}`, ...kind.special(test)].join('/');
    const { size, transactions, seed = null, timeout = parsed.timeout } = test;
    const name = freeName(base, used);
    return { name, size, transactions, seed, timeout_ms: timeout, ...kind.ownFields(test) } as TestStep;
  };
  const { exerciser, interrupts } = parsed;
  return {
    ...{ name: parsed.name ?? fallbackName, exerciser, interrupts },
    iommu: 'iommu' in parsed && parsed.iommu,
    ...('device' in parsed && { device: deviceOf(parsed) }),
    tests: parsed.tests.map(complete),
    excluded: [],
  };
}
