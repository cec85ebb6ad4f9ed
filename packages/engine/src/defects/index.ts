import { dataDefects } from './list/data.ts';
import type { DefectDescription, DefectGroup, DefectList } from './list/description.ts';
import { interruptDefects } from './list/interrupts.ts';
import { isolationDefects } from './list/isolation.ts';
import { statusDefects } from './list/status.ts';

// Data only: how the defects are made is for the server process.

export type { DefectDescription, DefectGroup, DefectNeeds } from './list/description.ts';

/** Names of all defects. */
export type DefectName =
  | keyof typeof dataDefects
  | keyof typeof statusDefects
  | keyof typeof interruptDefects
  | keyof typeof isolationDefects;

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

function grouped<Name extends DefectName>(
  group: DefectGroup,
  list: Pick<DefectList, Name>,
): (DefectDescription & { readonly name: Name })[] {
  return Object.entries<DefectList[string]>(list).map(([name, told]) => ({
    name: name as Name,
    group,
    ...(typeof told === 'string' ? { does: told } : told),
  }));
}
