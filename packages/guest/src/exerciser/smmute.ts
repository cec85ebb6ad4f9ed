import type { SmmuteStep } from '@coordinator/shared/plan/job';
import { toolArguments } from '../smmute/arguments.ts';
import { judge } from '../smmute/judge.ts';
import type { GuestSystem } from '../system/guest-system.ts';
import type { ToolRun } from '../tool/kit-tool.ts';
import { type Exerciser, type Finding, PCI_DEVICES, wrongDriver } from './exerciser.ts';

const VENDOR = '0x13b5';
const DEVICE = '0xff80';
const DRIVER = 'smmute-pci';
/** Name of the character devices' major number, and beginning of their files' names. */
const NODE_NAME = 'smmute';
const MAX_NODES = 8;

/** Arm's SMMU test engine, driven by the `smmute` tool. */
export const smmute: Exerciser = {
  driver: DRIVER,
  tool: 'smmute',
  inspect,
  loadDriver,
  arguments: (step: SmmuteStep, node: string) => toolArguments(step, node),
  judge: (step: SmmuteStep, run: ToolRun) => judge(step, run),
  ownsInterruptLine: (line: string, bdf: string) => line.endsWith(` ${bdf}`),
};

async function loadDriver(system: GuestSystem, kit: string): Promise<string | null> {
  const release = system.kernelRelease();
  const module = `modules/${release}/smmute.ko`;
  if (system.files.stat(`${kit}/${module}`)?.kind !== 'file') {
    return `the driver ${DRIVER} is not loaded, and the kit has no ${module}`;
  }
  const { problem } = await system.command('insmod', [`${kit}/${module}`]);
  return problem === null ? null : `insmod said: ${problem}`;
}

function inspect(system: GuestSystem): Finding {
  const bdf = findFunction(system);
  if (bdf === null) {
    const problem = `no PCI function ${VENDOR.slice(2)}:${DEVICE.slice(2)} in this guest`;
    return { bdf, driver: null, node: null, problem };
  }
  const driver = system.linkName(`${PCI_DEVICES}/${bdf}/driver`);
  const problem = wrongDriver(bdf, driver, DRIVER);
  if (problem !== null) return { bdf, driver, node: null, problem };
  return { bdf, driver, ...findNode(system, bdf) };
}

function findFunction(system: GuestSystem): string | null {
  const isEngine = (bdf: string) =>
    system.read(`${PCI_DEVICES}/${bdf}/vendor`) === VENDOR &&
    system.read(`${PCI_DEVICES}/${bdf}/device`) === DEVICE;
  return system.files.list(system.path(PCI_DEVICES)).find(isEngine) ?? null;
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
