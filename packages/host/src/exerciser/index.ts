import type { ExerciserName } from '@coordinator/shared/plan';
import type { Exerciser } from './exerciser.ts';
import { nvme } from './nvme.ts';
import { smmute } from './smmute.ts';

export type { Exerciser, FunctionDetails, InterruptRows } from './exerciser.ts';
export { type ExerciserFunction, findExercisers } from './find.ts';

export const exercisers: Readonly<Record<ExerciserName, Exerciser>> = { smmute, nvme };

/** The exerciser that a driver is of; the test engine's when it is none that is known. */
export function exerciserOfDriver(driver: string | null): Exerciser {
  return Object.values(exercisers).find((exerciser) => exerciser.driver === driver) ?? smmute;
}
