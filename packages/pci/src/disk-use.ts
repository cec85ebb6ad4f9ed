import { closeSync, constants, openSync } from 'node:fs';
import { hasCode } from '@coordinator/base/errors';
import { namespacesOf } from './nvme-namespaces.ts';
import { textOf } from './optional-files.ts';
import type { Bdf, PciSysfs } from './sysfs.ts';

/**
 * What this machine uses the disks, and partitions of them, of a function and of those below it for: "nvme0n1p2 is
 * mounted on /". Null when that is nothing.
 * @param proc where /proc is.
 */
export function diskUse(pci: PciSysfs, bdf: Bdf, proc = '/proc'): string | null {
  const names = disksOf(pci, bdf).flatMap((disk) => [disk, ...partitionsOf(pci, disk)]);
  if (names.length === 0) return null;
  const mounts = (textOf(`${proc}/self/mountinfo`) ?? '').split('\n').map(parseMount);
  const swaps = (textOf(`${proc}/swaps`) ?? '').split('\n');
  for (const name of new Set(names)) {
    const number = pci.classText('block', name, 'dev');
    const mount = mounts.find(
      ({ device, source }) => source === `/dev/${name}` || (number && device === number),
    );
    if (mount) return `${name} is mounted on ${mount.point}`;
    if (swaps.some((line) => line.startsWith(`/dev/${name} `) || line.startsWith(`/dev/${name}\t`)))
      return `${name} is used as swap space`;
    const [holder] = pci.classEntries('block', name, 'holders');
    if (holder) return `${name} is held by ${holder}`;
  }
  return null;
}

/**
 * Asks the kernel itself which disk is in use, also by what the files above do not show, such as a mount in another
 * namespace of mounts or a further disk of a file system: an exclusive open is refused then (open(2), O_EXCL).
 * @returns its name, or null.
 */
export function busyDisk(pci: PciSysfs, bdf: Bdf): string | null {
  const busy = disksOf(pci, bdf).find((name) => {
    try {
      closeSync(openSync(`/dev/${name}`, constants.O_RDONLY | constants.O_EXCL | constants.O_NONBLOCK));
      return false;
    } catch (error) {
      return hasCode(error, 'EBUSY');
    }
  });
  return busy ?? null;
}

/** Namespaces are asked for too: one with several paths is no child of the function that one of them leads through. */
function disksOf(pci: PciSysfs, bdf: Bdf): string[] {
  const functions = [bdf, ...pci.below(bdf).map((fn) => fn.bdf)];
  return [
    ...new Set([...functions.flatMap((fn) => namespacesOf(pci, fn)), ...pci.classDevices(bdf, 'block')]),
  ];
}

/** Partitions are folders of their disk with a file of that name. */
function partitionsOf(pci: PciSysfs, disk: string): string[] {
  return pci
    .classEntries('block', disk, '.')
    .filter(
      (name) => name.startsWith(disk) && pci.classText('block', `${disk}/${name}`, 'partition') !== null,
    );
}

/** Documentation/filesystems/proc.rst, 3.5: "36 35 98:0 /mnt1 /mnt2 rw - ext3 /dev/root rw". */
function parseMount(line: string): { device: string; point: string; source: string } {
  const [before = '', after = ''] = line.split(' - ');
  const [, , device = '', , point = ''] = before.split(' ');
  return { device, point, source: after.split(' ')[1] ?? '' };
}
