import type { GuestSystem } from '../system/guest-system.ts';

export const PCI_DEVICES = '/sys/bus/pci/devices';

/** The first function with these, as sysfs shows them: "0x13b5". */
export function findFunction(system: GuestSystem, vendor: string, device: string): string | null {
  const isIt = (bdf: string) =>
    system.read(`${PCI_DEVICES}/${bdf}/vendor`) === vendor &&
    system.read(`${PCI_DEVICES}/${bdf}/device`) === device;
  return system.files.list(system.path(PCI_DEVICES)).find(isIt) ?? null;
}

/** Whether there is a driver of this name, whatever it is bound to. */
export const hasDriver = (system: GuestSystem, driver: string): boolean =>
  system.files.stat(system.path(`/sys/bus/pci/drivers/${driver}`)) !== null;

/** Why a function that is bound to `driver` is not bound to the one it needs; null when it is. */
export function wrongDriver(bdf: string, driver: string | null, needed: string): string | null {
  if (driver === needed) return null;
  return driver === null
    ? `function ${bdf} is bound to no driver`
    : `function ${bdf} is bound to ${driver}, not to ${needed}`;
}

/** Loads a driver that the kit has for this kernel. @returns null, or why that cannot be. */
export async function loadFromKit(
  system: GuestSystem,
  kit: string,
  { driver, file }: { readonly driver: string; readonly file: string },
): Promise<string | null> {
  const module = `modules/${system.kernelRelease()}/${file}`;
  if (system.files.stat(`${kit}/${module}`)?.kind !== 'file') {
    return `the driver ${driver} is not loaded, and the kit has no ${module}`;
  }
  const { problem } = await system.command('insmod', [`${kit}/${module}`]);
  return problem === null ? null : `insmod said: ${problem}`;
}
