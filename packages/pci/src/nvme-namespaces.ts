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
