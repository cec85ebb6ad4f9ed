import { join } from 'node:path';
import { entriesOf, linkOf, textOf } from './optional-files.ts';
import type { PciSysfs } from './sysfs.ts';

export interface VfioHolder {
  readonly pid: number;
  readonly name: string;
}

/**
 * The process that has a VFIO group, or a function of it, open, if any can be seen: by the group's file, by the file
 * that iommufd gives each function (Documentation/driver-api/vfio.rst), or by what was opened through them.
 * @param proc where /proc is.
 */
export function findGroupHolder(pci: PciSysfs, group: string, proc = '/proc'): VfioHolder | null {
  const members = pci.groupMembers(group).map(({ bdf }) => bdf);
  const cdevs = members.flatMap((bdf) => pci.entries(bdf, 'vfio-dev'));
  // Whatever is mounted at /dev where the process runs.
  const paths = [`/vfio/${group}`, `/vfio/noiommu-${group}`, ...cdevs.map((name) => `/vfio/devices/${name}`)];
  return findHolder(proc, ({ path, info }) => {
    const file = path.replace(/ \(deleted\)$/, '');
    if (paths.some((end) => file.endsWith(end))) return true;
    if (!file.startsWith('anon_inode:[vfio-device]')) return false;
    // Newer kernels tell whose file it is.
    const syspath = /^vfio-device-syspath:\s*(\S+)$/m.exec(info())?.[1];
    return syspath !== undefined && members.some((bdf) => syspath.endsWith(`/${bdf}`));
  });
}

/** A process that may have functions by iommufd: which of them, its file does not tell. */
export function findIommufdUser(proc = '/proc'): VfioHolder | null {
  return findHolder(proc, ({ path }) => path === '/dev/iommu');
}

interface OpenFile {
  readonly path: string;
  info(): string;
}

function findHolder(proc: string, isIt: (file: OpenFile) => boolean): VfioHolder | null {
  for (const pid of entriesOf(proc).filter((name) => /^\d+$/.test(name))) {
    const found = entriesOf(join(proc, pid, 'fd')).some((fd) => {
      const path = linkOf(join(proc, pid, 'fd', fd));
      return path !== null && isIt({ path, info: () => textOf(join(proc, pid, 'fdinfo', fd)) ?? '' });
    });
    if (found) return { pid: Number(pid), name: textOf(join(proc, pid, 'comm'))?.trim() || 'a process' };
  }
  return null;
}
