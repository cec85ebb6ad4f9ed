import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '@coordinator/base/errors';
import type { VmmKind } from '@coordinator/machine/vmm';
import type { Plan, StepOf } from '@coordinator/shared/plan';
import type { Equipment, Obstacles } from '../exerciser.ts';

/** How the kit's tool names what it can do beyond its vendor's. */
const FEATURES = /smmute-features: ([a-z ]+)/;

/**
 * Steps that need what this VMM or the kit's tool has not.
 * @throws CoordinatorError (usage) when the plan wants an IOMMU that the VMM has not.
 */
export async function findObstacles(plan: Plan, { vmm, kit }: Equipment): Promise<Obstacles> {
  if (plan.iommu && vmm.lacks.iommu !== undefined)
    throw usageError(
      `the plan ${plan.name} gives guests an IOMMU: ${vmm.lacks.iommu}`,
      'use QEMU: leave out --vmm',
    );
  const features = await featuresOf(join(kit, 'smmute'));
  return { to: (step: StepOf<'smmute'>) => reasonAgainst(step, vmm, features) };
}

/** Why a step cannot be done; null when it can. */
function reasonAgainst(
  { mode, stride, depth, fault }: StepOf<'smmute'>,
  { lacks }: VmmKind,
  features: ReadonlySet<string> | null,
): string | null {
  if (mode === 'p2p' && lacks['peer-to-peer'] !== undefined) return lacks['peer-to-peer'];
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
