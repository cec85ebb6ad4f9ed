import type { PlanDevice } from '@coordinator/shared/exerciser';
import type { GuestSystem } from '../../system/guest-system.ts';
import { hasDriver, loadFromKit } from '../sysfs-pci.ts';

/** Of our initramfs, when it was made for a plan: files of modules in the order in which they are loaded. */
const MODULE_LIST = '/lib/modules/pci-plan';

const isLoaded = (system: GuestSystem, file: string): boolean =>
  system.files.stat(system.path(`/sys/module/${file.replace(/\.ko$/, '')}`)) !== null;

function listed(system: GuestSystem): readonly string[] | null {
  return system.read(MODULE_LIST)?.split('\n').filter(Boolean) ?? null;
}

/** The first module of the plan's that is not there; null when all are. Those that are built in are not listed. */
export function whyNotLoaded(system: GuestSystem, { modules }: PlanDevice): string | null {
  if (modules.length === 0) return null;
  const files = listed(system);
  if (files === null) return `the RAM disk of this guest has no modules of a plan: ${modules.join(', ')}`;
  const missing = files.find((file) => !isLoaded(system, file));
  return missing === undefined ? null : `the module ${missing} is not loaded`;
}

/** Loads the plan's modules; without any, a driver that the kit has. */
export async function loadDriver(
  system: GuestSystem,
  kit: string,
  wanted?: PlanDevice,
): Promise<string | null> {
  if (!wanted) return null;
  const { driver, modules } = wanted;
  if (modules.length === 0)
    return driver === null || hasDriver(system, driver)
      ? null
      : loadFromKit(system, kit, { driver, file: `${driver}.ko` });
  for (const file of listed(system) ?? []) {
    if (isLoaded(system, file)) continue;
    const { problem } = await system.command('insmod', [system.path(`/lib/modules/${file}`)]);
    if (problem !== null) return `insmod said: ${problem}`;
  }
  return null;
}
