import { whyNotAssignable } from './assignable.ts';
import { BindingJournal } from './journal.ts';
import { type Bdf, type PciFunction, PciSysfs } from './sysfs.ts';

const SMMUTE = { vendor: 0x13b5, device: 0xff80 };

/** An SMMU test engine as this machine shows it, and whether a guest could have it. What is not there is null. */
export interface Exerciser {
  readonly bdf: Bdf;
  readonly driver: string | null;
  /** Its character device when `smmute-pci` has probed it. */
  readonly node: string | null;
  readonly iommu_group: string | null;
  /** Who has it: "run 2026…", "coordinator bind", or null. */
  readonly taken_by: string | null;
  /** Why it cannot be assigned, in one sentence; null when it can. */
  readonly obstacle: string | null;
}

/** Every SMMU test engine of this machine, by BDF. */
export function findExercisers(pci = new PciSysfs(), journal = new BindingJournal()): Exerciser[] {
  return pci
    .functions()
    .filter(isEngine)
    .map((fn) => {
      const record = journal.get(fn.bdf);
      const [node] = pci.entries(fn.bdf, 'smmute');
      return {
        bdf: fn.bdf,
        driver: fn.driver,
        node: node ? `/dev/${node}` : null,
        iommu_group: fn.iommuGroup,
        taken_by: record ? (record.run ? `run ${record.run}` : 'coordinator bind') : null,
        obstacle: whyNotAssignable(pci, fn),
      };
    });
}

function isEngine({ vendor, device }: PciFunction): boolean {
  return vendor === SMMUTE.vendor && device === SMMUTE.device;
}
