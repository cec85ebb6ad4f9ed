import { diskUse } from './nvme-disks.ts';
import type { Bdf, PciFunction, PciSysfs } from './sysfs.ts';
import { findGroupHolder } from './vfio-holder.ts';

export const VFIO_DRIVER = 'vfio-pci';

/** Drivers whose functions do not keep their IOMMU group from being handed over (drivers/vfio). */
const harmlessDrivers: ReadonlySet<string> = new Set([VFIO_DRIVER, 'pci-stub']);

/** Why a function cannot be handed to a guest, or null when it can. One sentence with the names that matter. */
export function whyNotAssignable(
  pci: PciSysfs,
  fn: PciFunction,
  together: readonly Bdf[] = [fn.bdf],
): string | null {
  if (fn.isBridge) return `${fn.bdf} is a bridge`;
  if (fn.iommuGroup === null) return `${fn.bdf} is behind no IOMMU that the kernel uses`;
  const use = diskUse(pci, fn.bdf);
  if (use) return `${fn.bdf} is in use: ${use}`;
  const holder = findGroupHolder(fn.iommuGroup);
  if (holder) return `${fn.bdf} is in use by ${holder.name} (pid ${holder.pid})`;
  const inTheWay = functionsInTheWay(pci, fn, together);
  if (inTheWay.length === 0) return null;
  const names = inTheWay.map(({ bdf, driver }) => `${bdf} (${driver})`).join(', ');
  return `IOMMU group ${fn.iommuGroup} of ${fn.bdf} is not viable: ${names} would have to be handed over too`;
}

/**
 * The other functions of the group that a driver of the host still uses; the kernel hands over a group only whole.
 * @param together functions that are to be handed over anyway.
 */
export function functionsInTheWay(pci: PciSysfs, fn: PciFunction, together: readonly Bdf[]): PciFunction[] {
  if (fn.iommuGroup === null) return [];
  return pci
    .groupMembers(fn.iommuGroup)
    .filter(({ bdf, isBridge }) => !isBridge && !together.includes(bdf))
    .filter(({ driver }) => driver !== null && !harmlessDrivers.has(driver));
}
