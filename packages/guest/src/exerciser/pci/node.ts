import type { GuestSystem } from '../../system/guest-system.ts';
import type { Finding } from '../exerciser.ts';
import { PCI_DEVICES } from '../sysfs-pci.ts';

/** A device file that the function's driver has made, as the kernel calls it: the first, if there is any. */
export function findNode(system: GuestSystem, bdf: string): Pick<Finding, 'node' | 'problem'> {
  const folder = `${PCI_DEVICES}/${bdf}`;
  // CLASS/NAME, as in misc/edu0; a class that is none has no such file in it.
  for (const group of system.files.list(system.path(folder)).toSorted()) {
    for (const name of system.files.list(system.path(`${folder}/${group}`)).toSorted()) {
      const [, file] = /^DEVNAME=(.+)$/m.exec(system.read(`${folder}/${group}/${name}/uevent`) ?? '') ?? [];
      if (file === undefined) continue;
      const node = `/dev/${file}`;
      const status = system.files.stat(system.path(node));
      const number = system.read(`${folder}/${group}/${name}/dev`);
      if (status === null) return { node: null, problem: `function ${bdf} has no device file ${node}` };
      if (`${status.major}:${status.minor}` !== number)
        return { node: null, problem: `${node} is not the device file of function ${bdf}` };
      return { node, problem: null };
    }
  }
  return { node: null, problem: null };
}
