import { usageError } from '@coordinator/base/errors';
import { vmms } from '@coordinator/machine/vmm';
import { exercisers } from '@coordinator/runner/exerciser';
import { isProgram, type Plan, type TestStep } from '@coordinator/shared/plan';
import type { VmmName } from '@coordinator/shared/vmm';

/**
 * The plan without what cannot be done with this VMM or this kit; each test that is left out is reported as skipped,
 * with the reason. The host decides that alone: a guest may skip nothing.
 * @throws CoordinatorError (usage) when nothing is left, or the plan as a whole cannot be done.
 */
export async function fitPlan(plan: Plan, vmm: VmmName, kit: string): Promise<Plan> {
  const obstacles = await exercisers[plan.exerciser].findObstacles?.(plan, { vmm: vmms[vmm], kit });
  if (!obstacles) return plan;
  const tests: TestStep[] = [];
  const excluded = [...plan.excluded];
  for (const step of plan.tests) {
    const why = isProgram(step) ? null : obstacles.to(step);
    if (why === null) tests.push(step);
    else excluded.push({ name: step.name, why });
  }
  if (tests.length > 0) return { ...plan, tests, excluded };
  throw usageError(
    `no test of the plan ${plan.name} can be done here: ${excluded[0]?.why}`,
    'choose another plan, VMM or kit',
  );
}
