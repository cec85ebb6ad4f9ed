import type { ExerciserName, Plan } from '@coordinator/shared/plan';
import { edu } from './edu/edu.ts';
import type { Exerciser } from './exerciser.ts';
import { nvme } from './nvme/nvme.ts';
import { pci } from './pci/pci.ts';
import { smmute } from './smmute/smmute.ts';

export type { Exerciser, FunctionDetails } from './exerciser.ts';
export { type ExerciserFunction, findExercisers } from './find.ts';
export { type DevicePlace, ownLabel, type VirtualDevice, type VirtualDevices } from './virtual.ts';

export const exercisers: Readonly<Record<ExerciserName, Exerciser>> = { smmute, nvme, edu, pci };

/** The exerciser of a plan, with the function that it names alone if it does. */
export function exerciserOf({ exerciser, device }: Pick<Plan, 'exerciser' | 'device'>): Exerciser {
  const kind = exercisers[exerciser];
  return (device && kind.meantBy?.(device)) ?? kind;
}

/** One of each for people, as in "the SMMU test engine, or an NVMe function". */
export const anyExerciser = (part: 'noun' | 'phrase'): string => {
  const names = Object.values(exercisers).map((exerciser) => exerciser[part]);
  return `${names.slice(0, -1).join(', ')}, or ${names.at(-1)}`;
};
