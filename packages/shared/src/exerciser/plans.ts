import { eduPlans } from './edu/plans.ts';
import { nvmePlans } from './nvme/plans.ts';
import { pciPlans } from './pci/plans.ts';
import { smmutePlans } from './smmute/plans.ts';

/** How plans are written, an entry for each of `stepKinds`. */
export const planKinds = { smmute: smmutePlans, nvme: nvmePlans, edu: eduPlans, pci: pciPlans } as const;

export type { PlanKind } from './plan-kind.ts';
export type { ProgramTest } from './program/test-schema.ts';
