import { busyDisk, diskUse } from './disk-use.ts';
import { networkUse } from './network-use.ts';
import type { Bdf, GroupDevice, PciFunction, PciSysfs } from './sysfs.ts';
import { findGroupHolder } from './vfio-holder.ts';

export const VFIO_DRIVER = 'vfio-pci';

/**
 * vfio-pci, and its variants for a vendor's functions (drivers/vfio/pci), which are called as their modules are, with
 * dashes or without: mlx5_vfio_pci, nvgrace-gpu-vfio-pci.
 */
const VFIO_PCI_DRIVER = /^(.+[-_])?vfio[-_]pci$/;
/**
 * Other drivers whose devices do not keep their IOMMU group from being handed over (pci-stub; drivers/vfio for devices on
 * other buses).
 */
const HARMLESS_DRIVER = /^(pci-stub|vfio[-_](platform|amba|fsl[-_]mc|ap|ccw|cdx|mdev))$/;

/** What of this machine decides, but for tests. */
export interface Surroundings {
  /** Where /proc is. */
  readonly proc?: string;
  /** Functions that are to be handed over together with this one. */
  readonly together?: readonly Bdf[];
}

/** Why a function cannot be handed to a guest, or null when it can. One sentence with the names that matter. */
export function whyNotAssignable(
  pci: PciSysfs,
  fn: PciFunction,
  { together = [fn.bdf], proc = '/proc' }: Surroundings = {},
): string | null {
  const { bdf, iommuGroup } = fn;
  if (fn.isBridge) return `${bdf} is a bridge`;
  if (iommuGroup === null && !mayGetGroup(pci, fn)) return `${bdf} is behind no IOMMU that the kernel uses`;
  const use = whatUses(pci, bdf, proc);
  if (use) return `${bdf} is in use: ${use}`;
  const virtual = virtualization(pci, fn);
  if (virtual) return virtual;
  if (iommuGroup === null) return null;
  const holder = findGroupHolder(pci, iommuGroup, proc);
  if (holder) return `${bdf} is in use by ${holder.name} (pid ${holder.pid})`;
  const inTheWay = devicesInTheWay(pci, fn, together);
  if (inTheWay.length === 0) return null;
  const names = inTheWay.map(({ name, driver }) => `${name} (${driver})`).join(', ');
  return `IOMMU group ${iommuGroup} of ${bdf} is not viable: ${names} would have to be handed over too`;
}

/**
 * Whether a function without a group may be given one: where a device tree tells of the IOMMU, kernels before 6.15 look for it
 * when a driver first probes the function (drivers/of/device.c, of_dma_configure_id()). Then it is to be looked at again.
 */
export function mayGetGroup(pci: PciSysfs, { iommuGroup, driver }: PciFunction): boolean {
  return iommuGroup === null && driver === null && pci.hasIommu();
}

/** The same of a function that is about to be taken: asks the kernel as well, whose answer opens its disks for that. */
export function whyNotTakeable(pci: PciSysfs, fn: PciFunction, surroundings?: Surroundings): string | null {
  const obstacle = whyNotAssignable(pci, fn, surroundings);
  if (obstacle) return obstacle;
  const disk = busyDisk(pci, fn.bdf);
  return disk === null ? null : `${fn.bdf} is in use: its disk ${disk} is open for somebody alone`;
}

/**
 * The other devices of the group that a driver of the host still uses; the kernel hands over a group only whole.
 * @param together functions that are to be handed over anyway.
 */
function devicesInTheWay(
  pci: PciSysfs,
  { iommuGroup }: PciFunction,
  together: readonly Bdf[],
): GroupDevice[] {
  if (iommuGroup === null) return [];
  return pci
    .groupDevices(iommuGroup)
    .filter(({ name, fn }) => !fn?.isBridge && !together.includes(name))
    .filter(
      ({ name, driver }) => driver !== null && !HARMLESS_DRIVER.test(driver) && !isOfVfio(pci, name, driver),
    )
    .filter(({ name }) => !together.some((bdf) => isBehind(pci, name, bdf)));
}

/** Whether VFIO has the function, by whatever driver: since Linux 6.0 each has a folder of it (Documentation/ABI/testing/sysfs-devices-vfio-dev). */
function isOfVfio(pci: PciSysfs, bdf: Bdf, driver: string): boolean {
  return VFIO_PCI_DRIVER.test(driver) || pci.entries(bdf, 'vfio-dev').length > 0;
}

/** Whether a function, such as a disk behind a VMD endpoint, is gone once the driver of `other` is. */
export function isBehind(pci: PciSysfs, bdf: Bdf, other: Bdf): boolean {
  if (bdf === other || pci.function(other)?.isBridge !== false) return false;
  return pci.below(other).some((fn) => fn.bdf === bdf);
}

function whatUses(pci: PciSysfs, bdf: Bdf, proc: string): string | null {
  return diskUse(pci, bdf, proc) ?? networkUse(pci, bdf, proc);
}

/**
 * What SR-IOV has against it: the driver of a physical function takes its virtual ones away when it goes, whoever has
 * them, and once VFIO has either, a process opens it only with a token that both have in common
 * (drivers/vfio/pci/vfio_pci_core.c, vfio_pci_validate_vf_token()), which neither we nor kvmtool give.
 */
function virtualization(pci: PciSysfs, fn: PciFunction): string | null {
  const { bdf, virtualFunctions, physicalFunction } = fn;
  if (virtualFunctions > 0) {
    const names = pci.virtualFunctionsOf(bdf);
    const which = names.length > 0 ? ` (${names.join(', ')})` : '';
    const many = virtualFunctions === 1 ? 'a virtual function' : `${virtualFunctions} virtual functions`;
    return `${bdf} has ${many}${which}, which would go away with its driver: set its sriov_numvfs to 0 first`;
  }
  const parent = physicalFunction === null ? null : (pci.function(physicalFunction)?.driver ?? null);
  if (physicalFunction === null || parent === null || !isOfVfio(pci, physicalFunction, parent)) return null;
  return (
    `${bdf} is a virtual function of ${physicalFunction}, which ${parent} has: opening it takes a VF token, ` +
    'which guests here are not started with'
  );
}
