import { dataDefects } from './list/data.ts';
import type { DefectDescription, DefectGroup, Listed } from './list/description.ts';
import { interruptDefects } from './list/interrupts.ts';
import { isolationDefects } from './list/isolation.ts';
import { statusDefects } from './list/status.ts';

// Data only: how the defects are made is for the server process.

export type { DefectDescription, DefectGroup, DefectNeeds } from './list/description.ts';

/** Names of all defects. */
export type DefectName = (
  | typeof dataDefects
  | typeof statusDefects
  | typeof interruptDefects
  | typeof isolationDefects
)[number]['name'];

/** Every defect an engine can be given, group by group. */
export const defects: readonly (DefectDescription & { readonly name: DefectName })[] = [
  ...grouped('data', dataDefects),
  ...grouped('status', statusDefects),
  ...grouped('interrupts', interruptDefects),
  ...grouped('isolation', isolationDefects),
];

export function isDefectName(name: unknown): name is DefectName {
  return defects.some((defect) => defect.name === name);
}

function grouped<T extends Listed>(group: DefectGroup, list: readonly T[]): (T & { group: DefectGroup })[] {
  return list.map((defect) => ({ ...defect, group }));
}
