import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { hasCode } from '@coordinator/base/errors';
import type { Bdf, PciSysfs } from './sysfs.ts';

/** With more than one path to it, a namespace has a name of its own and one a path: nvme0n1 and nvme0c0n1. */
const NAMESPACE = /^nvme\d+(c\d+)?n\d+$/;

/** Names of the block devices that an NVMe function's namespaces are, as in /dev. */
export function namespacesOf(pci: PciSysfs, bdf: Bdf): string[] {
  const controllers = pci.entries(bdf, 'nvme');
  const names = controllers.flatMap((controller) => pci.entries(bdf, `nvme/${controller}`));
  return [
    ...new Set(names.filter((name) => NAMESPACE.test(name)).map((name) => name.replace(/c\d+/, ''))),
  ].sort();
}

/**
 * What this machine uses an NVMe function's namespaces, or partitions of them, for: "nvme0n1p2 is mounted on /".
 * Null when that is nothing, and for any other function.
 * @param proc where /proc is.
 */
export function diskUse(pci: PciSysfs, bdf: Bdf, proc = '/proc'): string | null {
  const names = namespacesOf(pci, bdf).flatMap((disk) => [disk, ...partitionsOf(pci, disk)]);
  if (names.length === 0) return null;
  const mounts = read(`${proc}/self/mountinfo`).split('\n').map(parseMount);
  const swaps = read(`${proc}/swaps`).split('\n');
  for (const name of names) {
    const number = pci.blockText(name, 'dev');
    const mount = mounts.find(
      ({ device, source }) => source === `/dev/${name}` || (number && device === number),
    );
    if (mount) return `${name} is mounted on ${mount.point}`;
    if (swaps.some((line) => line.startsWith(`/dev/${name} `) || line.startsWith(`/dev/${name}\t`)))
      return `${name} is used as swap space`;
    const [holder] = pci.blockEntries(name, 'holders');
    if (holder) return `${name} is held by ${holder}`;
  }
  return null;
}

/**
 * Asks the kernel itself whether a namespace is in use, also by what the files above do not show, such as a mount in
 * another namespace of mounts or a further disk of a file system: an exclusive open is refused then (open(2), O_EXCL).
 */
export function isDiskBusy(pci: PciSysfs, bdf: Bdf): boolean {
  return namespacesOf(pci, bdf).some((name) => {
    try {
      closeSync(openSync(`/dev/${name}`, constants.O_RDONLY | constants.O_EXCL));
      return false;
    } catch (error) {
      return hasCode(error, 'EBUSY');
    }
  });
}

function partitionsOf(pci: PciSysfs, disk: string): string[] {
  return pci.blockEntries(disk, '.').filter((name) => name.startsWith(`${disk}p`));
}

/** Documentation/filesystems/proc.rst, 3.5: "36 35 98:0 /mnt1 /mnt2 rw - ext3 /dev/root rw". */
function parseMount(line: string): { device: string; point: string; source: string } {
  const [before = '', after = ''] = line.split(' - ');
  const [, , device = '', , point = ''] = before.split(' ');
  return { device, point, source: after.split(' ')[1] ?? '' };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
