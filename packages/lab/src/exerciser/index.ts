import type { ExerciserName } from '@coordinator/shared/exerciser';
import { edu } from './edu.ts';
import type { LabExerciser } from './exerciser.ts';
import { nvme } from './nvme.ts';
import { pci } from './pci.ts';
import { smmute } from './smmute.ts';

export type { LabExerciser, LabPlace } from './exerciser.ts';
export { MOST_LAB_DEVICES } from './pci.ts';

export const labExercisers: Readonly<Record<ExerciserName, LabExerciser>> = { smmute, nvme, edu, pci };

/** What `config_acs=` says of all of them. */
export const exerciserAcs: readonly string[] = Object.values(labExercisers).flatMap(({ acs }) => acs ?? []);
