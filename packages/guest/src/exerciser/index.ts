import type { ExerciserName } from '@coordinator/shared/exerciser';
import { edu } from './edu/edu.ts';
import type { Exerciser } from './exerciser.ts';
import { nvme } from './nvme/nvme.ts';
import { pci } from './pci/pci.ts';
import { smmute } from './smmute/smmute.ts';

export { type Exerciser, type Finding, findExerciser, type MovingDevice } from './exerciser.ts';

export const exercisers: Readonly<Record<ExerciserName, Exerciser>> = { smmute, nvme, edu, pci };
