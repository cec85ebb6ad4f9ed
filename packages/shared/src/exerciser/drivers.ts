import type { ExerciserDriver } from './driver-kind.ts';
import { eduDriver } from './edu/driver.ts';
import type { ExerciserName } from './index.ts';
import { nvmeDriver } from './nvme/driver.ts';
import { pciDriver } from './pci/driver.ts';
import { smmuteDriver } from './smmute/driver.ts';

export type { ExerciserDriver, InterruptRows } from './driver-kind.ts';

/** The drivers of exercisers, an entry for each of `stepKinds`. */
export const drivers: Readonly<Record<ExerciserName, ExerciserDriver>> = {
  smmute: smmuteDriver,
  nvme: nvmeDriver,
  edu: eduDriver,
  pci: pciDriver,
};
