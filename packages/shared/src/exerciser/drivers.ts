import type { ExerciserDriver } from './driver-kind.ts';
import { eduDriver } from './edu/driver.ts';
import { defaultExerciser, type ExerciserName } from './index.ts';
import { nvmeDriver } from './nvme/driver.ts';
import { smmuteDriver } from './smmute/driver.ts';

export type { ExerciserDriver, InterruptRows } from './driver-kind.ts';

/** The drivers of exercisers, an entry for each of `stepKinds`. */
export const drivers: Readonly<Record<ExerciserName, ExerciserDriver>> = {
  smmute: smmuteDriver,
  nvme: nvmeDriver,
  edu: eduDriver,
};

/** The driver of this name; the default exerciser's when it is none that is known. */
export function driverNamed(name: string | null): ExerciserDriver {
  return Object.values(drivers).find((driver) => driver.name === name) ?? drivers[defaultExerciser];
}
