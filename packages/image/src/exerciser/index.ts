import type { ExerciserName } from '@coordinator/shared/exerciser';
import { edu } from './edu.ts';
import type { ExerciserParts } from './exerciser.ts';
import { nvme } from './nvme.ts';
import { pci } from './pci.ts';
import { smmute } from './smmute.ts';

/** By the name of the folder of their native code. */
export const exerciserParts: Readonly<Record<ExerciserName, ExerciserParts>> = { smmute, nvme, edu, pci };
