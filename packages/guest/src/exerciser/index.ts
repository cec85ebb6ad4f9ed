import type { ExerciserName } from '@coordinator/shared/plan/job';
import type { Exerciser } from './exerciser.ts';
import { nvme } from './nvme.ts';
import { smmute } from './smmute.ts';

export { type Exerciser, type Finding, findExerciser } from './exerciser.ts';

export const exercisers: Readonly<Record<ExerciserName, Exerciser>> = { smmute, nvme };
