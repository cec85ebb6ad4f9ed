import type { Clock } from '../runtime/runtime.ts';
import type { GuestSystem } from './guest-system.ts';

const VENDOR = '0x13b5';
const DEVICE = '0xff80';
const DRIVER = 'smmute-pci';
/** Name of the character devices' major number, and beginning of their files' names. */
const NODE_NAME = 'smmute';
const MAX_NODES = 8;

const PCI_DEVICES = '/sys/bus/pci/devices';

/** A hot-plugged function, its driver and its device file each take a moment. */
const SETTLES_WITHIN_MS = 2000;
const RETRY_MS = 10;

/** The test engine as this guest sees it; what is missing is null. */
export interface EngineFinding {
  readonly bdf: string | null;
  readonly driver: string | null;
  readonly node: string | null;
  /** Null when function, driver and device file are all as they must be, else the first thing that is not. */
  readonly problem: string | null;
}

/** Finds the test engine's function and device file, and loads the driver from the kit where there is none. */
export async function findEngine(system: GuestSystem, clock: Clock, kit: string): Promise<EngineFinding> {
  const deadline = clock.now() + SETTLES_WITHIN_MS;
  let triedToLoad = false;
  for (;;) {
    const finding = inspect(system);
    if (finding.problem === null) return finding;
    if (finding.bdf !== null && !triedToLoad && system.files.stat(driverPath(system)) === null) {
      triedToLoad = true;
      const problem = await loadDriver(system, kit);
      if (problem !== null) return { ...finding, problem: `${finding.problem}: ${problem}` };
      continue;
    }
    if (clock.now() >= deadline) return finding;
    await clock.sleep(RETRY_MS);
  }
}

const driverPath = (system: GuestSystem) => system.path(`/sys/bus/pci/drivers/${DRIVER}`);

/** @returns null, or why the driver could not be loaded. */
async function loadDriver(system: GuestSystem, kit: string): Promise<string | null> {
  const release = system.kernelRelease();
  const module = `modules/${release}/smmute.ko`;
  if (system.files.stat(`${kit}/${module}`)?.kind !== 'file') {
    return `the driver ${DRIVER} is not loaded, and the kit has no ${module}`;
  }
  const { problem } = await system.command('insmod', [`${kit}/${module}`]);
  return problem === null ? null : `insmod said: ${problem}`;
}

function inspect(system: GuestSystem): EngineFinding {
  const bdf = findFunction(system);
  if (bdf === null) {
    const problem = `no PCI function ${VENDOR.slice(2)}:${DEVICE.slice(2)} in this guest`;
    return { bdf, driver: null, node: null, problem };
  }
  const driver = system.linkName(`${PCI_DEVICES}/${bdf}/driver`);
  if (driver !== DRIVER) {
    const problem =
      driver === null
        ? `function ${bdf} is bound to no driver`
        : `function ${bdf} is bound to ${driver}, not to ${DRIVER}`;
    return { bdf, driver, node: null, problem };
  }
  return { bdf, driver, ...findNode(system, bdf) };
}

function findFunction(system: GuestSystem): string | null {
  const isEngine = (bdf: string) =>
    system.read(`${PCI_DEVICES}/${bdf}/vendor`) === VENDOR &&
    system.read(`${PCI_DEVICES}/${bdf}/device`) === DEVICE;
  return system.files.list(system.path(PCI_DEVICES)).find(isEngine) ?? null;
}

/** The device file of the function: a character device of the driver's major that sysfs says belongs to it. */
function findNode(system: GuestSystem, bdf: string): Pick<EngineFinding, 'node' | 'problem'> {
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
