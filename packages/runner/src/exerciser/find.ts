import { type Bdf, BindingJournal, PciSysfs, whyNotAssignable } from '@coordinator/pci';
import type { Exerciser, FunctionDetails } from './exerciser.ts';

/** An exerciser's function as this machine shows it, and whether a guest could have it. What is not there is null. */
export interface ExerciserFunction extends FunctionDetails {
  readonly bdf: Bdf;
  readonly driver: string | null;
  /** As sysfs has it: "0x010802". */
  readonly class: string;
  readonly iommu_group: string | null;
  /** Who has it: "run 2026…", "coordinator bind", or null. */
  readonly taken_by: string | null;
  /** Why it cannot be assigned, in one sentence; null when it can. */
  readonly obstacle: string | null;
}

/** Every function of this machine that `exerciser` can use, by BDF. */
export function findExercisers(
  exerciser: Exerciser,
  pci = new PciSysfs(),
  journal = new BindingJournal(),
  /** All of this machine's, where somebody has them already. */
  functions = pci.functions(),
): ExerciserFunction[] {
  return functions
    .filter((fn) => exerciser.matches(fn))
    .map((fn) => {
      const record = journal.get(fn.bdf);
      return {
        bdf: fn.bdf,
        driver: fn.driver,
        ...exerciser.details(pci, fn.bdf),
        class: `0x${fn.class.toString(16).padStart(6, '0')}`,
        iommu_group: fn.iommuGroup,
        taken_by: record ? (record.run ? `run ${record.run}` : 'coordinator bind') : null,
        obstacle: whyNotAssignable(pci, fn),
      };
    });
}
