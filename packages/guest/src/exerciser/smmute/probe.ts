import type { GuestSystem } from '../../system/guest-system.ts';
import type { Finding } from '../exerciser.ts';
import { findFunction, loadFromKit, PCI_DEVICES, wrongDriver } from '../sysfs-pci.ts';

const VENDOR = '0x13b5';
const DEVICE = '0xff80';
export const DRIVER = 'smmute-pci';
/** Name of the character devices' major number, and beginning of their files' names. */
const NODE_NAME = 'smmute';
const MAX_NODES = 8;

export const loadDriver = (system: GuestSystem, kit: string): Promise<string | null> =>
  loadFromKit(system, kit, { driver: DRIVER, file: 'smmute.ko' });

export function inspect(system: GuestSystem): Finding {
  const bdf = findFunction(system, VENDOR, DEVICE);
  if (bdf === null) {
    const problem = `no PCI function ${VENDOR.slice(2)}:${DEVICE.slice(2)} in this guest`;
    return { bdf, driver: null, node: null, problem };
  }
  const driver = system.linkName(`${PCI_DEVICES}/${bdf}/driver`);
  const problem = wrongDriver(bdf, driver, DRIVER);
  if (problem !== null) return { bdf, driver, node: null, problem };
  return { bdf, driver, ...findNode(system, bdf) };
}

/** The device file of the function: a character device of the driver's major that sysfs says belongs to it. */
function findNode(system: GuestSystem, bdf: string): Pick<Finding, 'node' | 'problem'> {
  const expected = characterMajor(system.read('/proc/devices') ?? '');
  if (expected === null) return { node: null, problem: `/proc/devices lists no ${NODE_NAME}` };
  const others: string[] = [];
  for (let minor = 0; minor < MAX_NODES; minor++) {
    const node = `/dev/${NODE_NAME}${minor}`;
    const status = system.files.stat(system.path(node));
    if (!status) continue;
    const number = `${status.major}:${status.minor}`;
    const owner = system.linkName(`/sys/dev/char/${number}/device`);
    if (status.kind !== 'character-device') others.push(`${node} is not a character device`);
    else if (status.major !== expected) {
      others.push(`${node} has major ${status.major}, but ${NODE_NAME} has ${expected}`);
    } else if (owner !== bdf) others.push(`${node} belongs to ${owner ?? 'no device'}`);
    else return { node, problem: null };
  }
  const found = others.length === 0 ? `no /dev/${NODE_NAME}N exists` : others.join(', ');
  return { node: null, problem: `function ${bdf} has no device file: ${found}` };
}

/** The major number of our character devices in /proc/devices, which lists block devices behind them. */
export function characterMajor(devices: string): number | null {
  const [characters = ''] = devices.split('Block devices:');
  const major = new RegExp(`^ *(\\d+) ${NODE_NAME}$`, 'm').exec(characters)?.[1];
  return major === undefined ? null : Number(major);
}
