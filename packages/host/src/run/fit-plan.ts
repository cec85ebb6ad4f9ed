import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '@coordinator/base/errors';
import type { Plan, SmmuteStep, TestStep } from '@coordinator/shared/plan';

/** How the kit's tool names what it can do beyond its vendor's. */
const FEATURES = /smmute-features: ([a-z ]+)/;

/**
 * The plan without what cannot be done with this VMM or this kit; each test that is left out is reported as skipped,
 * with the reason. The host decides that alone: a guest may skip nothing.
 * @throws CoordinatorError (usage) when nothing is left, or the plan wants an IOMMU that the VMM has not.
 */
export async function fitPlan(plan: Plan, vmm: 'qemu' | 'lkvm', kit: string): Promise<Plan> {
  if (plan.exerciser !== 'smmute') return plan;
  if (plan.iommu && vmm === 'lkvm')
    throw usageError(
      `the plan ${plan.name} gives guests an IOMMU, and kvmtool has none to give`,
      'use QEMU: leave out --vmm',
    );
  const features = await featuresOf(join(kit, 'smmute'));
  return excludeFrom(plan, (step) => reasonAgainst(step, vmm, features));
}

/** @throws CoordinatorError (usage) when nothing is left. */
export function excludeFrom(plan: Plan, reason: (step: SmmuteStep) => string | null): Plan {
  const tests: TestStep[] = [];
  const excluded = [...plan.excluded];
  for (const step of plan.tests) {
    const why = 'fault' in step ? reason(step) : null;
    if (why === null) tests.push(step);
    else excluded.push({ name: step.name, why });
  }
  if (tests.length > 0) return { ...plan, tests, excluded };
  throw usageError(
    `no test of the plan ${plan.name} can be done here: ${excluded[0]?.why}`,
    'choose another plan, VMM or kit',
  );
}

/** Why a step cannot be done; null when it can. */
export function reasonAgainst(
  { mode, stride, depth, fault }: SmmuteStep,
  vmm: 'qemu' | 'lkvm',
  features: ReadonlySet<string> | null,
): string | null {
  if (mode === 'p2p' && vmm === 'lkvm') return 'kvmtool lets no device reach the registers of one';
  // A tool that cannot be read is the agent's to complain of.
  if (features === null) return null;
  const needed = [
    ...(stride === 1 ? [] : ['stride']),
    ...(depth === 1 ? [] : ['depth']),
    ...(fault === null ? [] : [fault.replace(/-(read|write)$/, '')].filter((name) => !VENDORS.has(name))),
  ];
  const lacking = needed.find((name) => !features.has(name));
  return lacking === undefined ? null : `the smmute tool of this kit does not know ${lacking}`;
}

/** Faults that every build of the tool knows. */
const VENDORS: ReadonlySet<string> = new Set(['read', 'write', 'drv', 'tlb']);

/** What the tool says it can do, which stands in its file; null when there is none. */
async function featuresOf(tool: string): Promise<ReadonlySet<string> | null> {
  const content = await readFile(tool, 'latin1').catch(() => null);
  if (content === null) return null;
  return new Set(FEATURES.exec(content)?.[1]?.trim().split(' ') ?? []);
}
