import type { GuestSystem } from '../../system/guest-system.ts';
import type { Finding } from '../exerciser.ts';
import { PCI_DEVICES, wrongDriver } from '../sysfs-pci.ts';

/** Mass storage, non-volatile memory, NVM Express: PCI Code and ID Assignment Specification, class 01h. */
const CLASS = '0x010802';
export const DRIVER = 'nvme';

/** Modules of our initramfs that this class of functions needs, in order (see its init). */
const MODULE_LIST = `/lib/modules/pci-class-${CLASS}`;

/** With more than one path to it, a namespace has a name of its own and one a path: nvme0n1 and nvme0c0n1. */
const NAMESPACE = /^nvme\d+(c\d+)?n\d+$/;

export function inspect(system: GuestSystem): Finding {
  const isNvme = (bdf: string) => system.read(`${PCI_DEVICES}/${bdf}/class`) === CLASS;
  const found = system.files.list(system.path(PCI_DEVICES)).filter(isNvme);
  const [bdf = null] = found;
  const missing = { bdf, driver: null, node: null };
  if (bdf === null) return { ...missing, problem: 'no NVMe function in this guest' };
  // The names of its queues' interrupts do not tell which function they are of.
  if (found.length > 1)
    return { ...missing, problem: `this guest has more than one NVMe function: ${found.join(', ')}` };
  const driver = system.linkName(`${PCI_DEVICES}/${bdf}/driver`);
  const problem = wrongDriver(bdf, driver, DRIVER);
  return problem === null ? { bdf, driver, ...findNamespace(system, bdf) } : { ...missing, driver, problem };
}

export async function loadDriver(system: GuestSystem): Promise<string | null> {
  const list = system.read(MODULE_LIST);
  if (list === null) {
    const { problem } = await system.command('modprobe', [DRIVER]);
    return problem && `the driver ${DRIVER} is not loaded, and modprobe said: ${problem}`;
  }
  for (const file of list.split('\n')) {
    if (system.files.stat(system.path(`/sys/module/${file.replace(/\.ko$/, '')}`))) continue;
    const { problem } = await system.command('insmod', [system.path(`/lib/modules/${file}`)]);
    if (problem !== null) return `insmod said: ${problem}`;
  }
  return null;
}

/** The device file of the function's first namespace: a block device with the number that sysfs says. */
function findNamespace(system: GuestSystem, bdf: string): Pick<Finding, 'node' | 'problem'> {
  const controllers = `${PCI_DEVICES}/${bdf}/nvme`;
  const namespaces = system.files
    .list(system.path(controllers))
    .flatMap((controller) => system.files.list(system.path(`${controllers}/${controller}`)))
    .filter((name) => NAMESPACE.test(name));
  const name = namespaces[0]?.replace(/c\d+/, '');
  if (name === undefined) return { node: null, problem: `function ${bdf} has no namespace` };
  const node = `/dev/${name}`;
  const status = system.files.stat(system.path(node));
  const number = system.read(`/sys/class/block/${name}/dev`);
  if (status === null) return { node: null, problem: `function ${bdf} has no device file ${node}` };
  if (status.kind !== 'other' || `${status.major}:${status.minor}` !== number)
    return { node: null, problem: `${node} is not the block device of function ${bdf}` };
  return { node, problem: null };
}
