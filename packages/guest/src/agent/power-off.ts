import type { Clock } from '../runtime/runtime.ts';
import type { GuestSystem } from '../system/guest-system.ts';

/** The kernel switches off while we look on. */
const TAKES_AT_MOST_MS = 5000;

/** A kernel that panics does not end its VMM, where it can be told so; Documentation/admin-guide/sysctl/kernel.rst. */
export function standStillInPanic(system: GuestSystem): void {
  try {
    system.files.write(system.path('/proc/sys/kernel/panic'), '0');
  } catch {
    // Then it ends as ever.
  }
}

/**
 * Switches the guest off. `poweroff -f` writes back what is unsaved and calls reboot(2), which does not return; where
 * there is none, the kernel's own emergency keys do the same (Documentation/admin-guide/sysrq.rst).
 * @returns why the guest is still on.
 */
export async function powerOff(system: GuestSystem, clock: Clock): Promise<string> {
  const { problem } = await system.command('poweroff', ['-f']);
  if (problem === null) await clock.sleep(TAKES_AT_MOST_MS);
  try {
    for (const key of ['s', 'o']) system.files.write(system.path('/proc/sysrq-trigger'), key);
  } catch (error) {
    return `cannot power off: ${problem ?? 'poweroff -f did nothing'}; ${String(error)}`;
  }
  await clock.sleep(TAKES_AT_MOST_MS);
  return 'neither poweroff -f nor SysRq powered the guest off';
}
