import type { NvmeMode, NvmeStep } from '@coordinator/shared/plan/job';
import { promiseOf } from '@coordinator/shared/plan/promise';
import type { GuestSystem } from '../system/guest-system.ts';
import type { ToolRun } from '../tool/kit-tool.ts';
import { describeEnd, describeExit, judgeResults, progressOf } from '../tool/verdict.ts';
import { type Exerciser, type Finding, PCI_DEVICES, wrongDriver } from './exerciser.ts';

/** Mass storage, non-volatile memory, NVM Express: PCI Code and ID Assignment Specification, class 01h. */
const CLASS = '0x010802';
const DRIVER = 'nvme';
const TOOL = 'blkdma';

/** Modules of our initramfs that this class of functions needs, in order (see its init). */
const MODULE_LIST = `/lib/modules/pci-class-${CLASS}`;

const MODE_LETTERS: Record<NvmeMode, string> = { readwrite: 'rw', write: 'w', verify: 'v' };

/** With more than one path to it, a namespace has a name of its own and one a path: nvme0n1 and nvme0c0n1. */
const NAMESPACE = /^nvme\d+(c\d+)?n\d+$/;

/** The driver requests the vector of an I/O queue under such a name. */
const IO_QUEUE = / nvme\d+q[1-9]\d*$/;

/** Where Documentation/block/stat.rst has the I/Os that reached the device: read, write, discard, flush. */
const IO_FIELDS = [0, 4, 11, 15];

/** A namespace of an NVMe function, read and written by the `blkdma` tool. Whatever it holds is lost. */
export const nvme: Exerciser = {
  driver: DRIVER,
  tool: TOOL,

  inspect(system: GuestSystem): Finding {
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
    return problem === null
      ? { bdf, driver, ...findNamespace(system, bdf) }
      : { ...missing, driver, problem };
  },

  async loadDriver(system: GuestSystem): Promise<string | null> {
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
  },

  arguments(step: NvmeStep, node: string): string[] {
    return [
      ...['-m', MODE_LETTERS[step.mode]],
      ...['-s', `0x${step.size.toString(16)}`],
      ...['-n', String(step.transactions)],
      ...(step.offset === 0 ? [] : ['-o', `0x${step.offset.toString(16)}`]),
      ...(step.seed === null ? [] : ['-g', `0x${step.seed.toString(16)}`]),
      '-c',
      node,
    ];
  },

  judge(step: NvmeStep, run: ToolRun): string | null {
    const progress = progressOf(run.results, step.transactions);
    const end = describeEnd(TOOL, run, step.timeout_ms, progress);
    if (end !== null) return end;
    return describeExit(TOOL, run, progress) ?? judgeResults(TOOL, run.results, promiseOf(step));
  },

  ownsInterruptLine: (line: string) => IO_QUEUE.test(line),

  countCommands(system: GuestSystem, node: string): number {
    const fields = (system.read(`/sys/class/block/${node.replace('/dev/', '')}/stat`) ?? '').split(/\s+/);
    return IO_FIELDS.reduce((sum, field) => sum + (Number(fields[field]) || 0), 0);
  },
};

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
