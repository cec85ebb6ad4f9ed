import type { GuestSystem } from '../../system/guest-system.ts';
import type { Finding } from '../exerciser.ts';
import { findFunction, loadFromKit, PCI_DEVICES, wrongDriver } from '../sysfs-pci.ts';

const VENDOR = '0x1234';
const DEVICE = '0x11e8';
export const DRIVER = 'edu';

export const loadDriver = (system: GuestSystem, kit: string): Promise<string | null> =>
  loadFromKit(system, kit, { driver: DRIVER, file: 'edu.ko' });

export function inspect(system: GuestSystem): Finding {
  const bdf = findFunction(system, VENDOR, DEVICE);
  const missing = { bdf, driver: null, node: null };
  if (bdf === null)
    return { ...missing, problem: `no PCI function ${VENDOR.slice(2)}:${DEVICE.slice(2)} in this guest` };
  const driver = system.linkName(`${PCI_DEVICES}/${bdf}/driver`);
  const problem = wrongDriver(bdf, driver, DRIVER);
  return problem === null ? { bdf, driver, ...findNode(system, bdf) } : { ...missing, driver, problem };
}

/** The device file of the function: the character device with the number that sysfs says. */
function findNode(system: GuestSystem, bdf: string): Pick<Finding, 'node' | 'problem'> {
  const folder = `${PCI_DEVICES}/${bdf}/misc`;
  const [name] = system.files.list(system.path(folder));
  if (name === undefined) return { node: null, problem: `the driver ${DRIVER} gives ${bdf} no device file` };
  const node = `/dev/${name}`;
  const status = system.files.stat(system.path(node));
  const number = system.read(`${folder}/${name}/dev`);
  if (status === null) return { node: null, problem: `function ${bdf} has no device file ${node}` };
  if (status.kind !== 'character-device' || `${status.major}:${status.minor}` !== number)
    return { node: null, problem: `${node} is not the character device of function ${bdf}` };
  return { node, problem: null };
}
