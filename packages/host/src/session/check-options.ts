import { totalmem } from 'node:os';
import { usageError } from '@coordinator/base/errors';
import { checkKernelImage, vmms } from '@coordinator/machine/vmm';
import { exercisers } from '@coordinator/runner/exerciser';
import type { Plan } from '@coordinator/shared/plan';
import { checkAbilities } from './check-abilities.ts';
import { checkPrograms } from './check-programs.ts';
import type { Place } from './choose-platform.ts';
import { isImageFile } from './kernels.ts';
import { MAX_GUESTS, type TestOptions } from './options.ts';
import { isDebugged, kernelArgumentsOf } from './vmm-options.ts';

/** COMMAND_LINE_SIZE of arm64 without the zero at the end; what the VMMs put in front of ours needs some of it. */
const MAX_KERNEL_CHARACTERS = 2047 - 64;

/** An option that means nothing where it is given, why, and what to do. */
interface Refusal {
  readonly isGiven: (options: TestOptions, place: Place, plan: Plan) => boolean;
  readonly message: string | ((options: TestOptions) => string);
  readonly remedy: string;
}

const refusals: readonly Refusal[] = [
  {
    isGiven: ({ iommu }, place) => iommu !== undefined && place !== 'lab',
    message: '--iommu chooses the IOMMU of the lab, and guests do not run there',
    remedy: 'add --platform lab, or leave it out',
  },
  {
    isGiven: ({ lkvm, vmm }) => lkvm !== undefined && vmm !== 'lkvm',
    message: ({ vmm }) => `--lkvm names a kvmtool, and guests run under ${vmms[vmm].title}`,
    remedy: 'add --vmm lkvm, or leave it out',
  },
  {
    isGiven: ({ qemu, vmm }, place) => qemu !== undefined && vmm !== 'qemu' && place === 'host',
    message: ({ vmm }) => `--qemu names a QEMU, and guests run under ${vmms[vmm].title}`,
    remedy: 'leave out one of --qemu and --vmm',
  },
  {
    isGiven: ({ kernel = [] }) => new Set(kernel).size < kernel.length,
    message: '--kernel: one of them is given twice',
    remedy: 'give each once; --guests says how many guests it has',
  },
  {
    isGiven: ({ kernel = [] }, place) => kernel.length > 1 && place === 'lab',
    message: '--kernel: the lab has guests of one kernel at a time',
    remedy: 'run it once for each',
  },
  {
    isGiven: ({ keep }, place) => keep && place === 'lab',
    message: '--keep keeps the share folders of guests, and those of the lab are in it',
    remedy: 'leave it out; consoles and logs are kept anyway',
  },
  {
    isGiven: (options, place) => isDebugged(options) && place === 'lab',
    message: '--gdb: the gdbstub of a guest in the lab would listen in there',
    remedy: 'debug guests of the platform "virtual", or on an Arm host',
  },
  {
    isGiven: ({ follow }, place) => follow !== undefined && place === 'lab',
    message: '--follow: the consoles of guests in the lab come home when they have ended',
    remedy: 'leave it out; coordinator shell opens a shell in such a guest',
  },
  {
    isGiven: ({ append = [] }) => append.some((argument) => /\p{Cc}/u.test(argument)),
    message: '--append: an argument of a kernel cannot have a control character in it',
    remedy: 'give each argument with an --append of its own',
  },
  {
    isGiven: (options) => kernelArgumentsOf(options).join(' ').length > MAX_KERNEL_CHARACTERS,
    message: '--append: with it, the command line is longer than an arm64 kernel reads',
    remedy: `keep all of them below ${MAX_KERNEL_CHARACTERS - kernelArgumentsOf({}).join(' ').length} characters`,
  },
  {
    isGiven: ({ cpu = '-', machine = '-', vmmArg = [] }) =>
      [cpu, machine, ...vmmArg].some((word) => word === '' || word.includes('\0')),
    message: '--cpu, --machine and --vmm-arg need something to tell the VMM',
    remedy: 'leave out what is empty',
  },
  {
    isGiven: ({ destroyData }, _place, { exerciser }) =>
      destroyData && exercisers[exerciser].losesData === 'none',
    message: '--destroy-data is for functions that hold data, and these hold none',
    remedy: 'leave it out',
  },
  {
    isGiven: (_, place, { device }) => place === 'virtual' && device !== undefined && device.qemu === null,
    message: 'guests of the platform "virtual" get a function that QEMU emulates, and the plan names none',
    remedy: 'add it to the device of the plan, such as qemu: igb; or use --platform host or lab',
  },
  {
    isGiven: (_, place, { device }) =>
      place !== 'virtual' && device !== undefined && device.id === null && device.class === null,
    message:
      'the plan names its function by what QEMU calls it, and those of a machine are told by id or class',
    remedy: 'add id or class to the device of the plan: lspci -n shows both',
  },
];

/**
 * Refuses what cannot work or would be ignored, before anything is made for it.
 * @throws CoordinatorError (usage)
 */
export function checkOptions(options: TestOptions, place: Place, plan: Plan): void {
  for (const { isGiven, message, remedy } of refusals)
    if (isGiven(options, place, plan))
      throw usageError(typeof message === 'string' ? message : message(options), remedy);
  checkAbilities(options, plan);
  checkFollowed(options);
  checkPrograms(plan, options.files);
  const { kernel = [], vmm, memory } = options;
  for (const file of kernel.filter(isImageFile)) checkKernelImage(file, vmms[vmm]);
  if (place !== 'lab') checkMemory({ guests: 1, memoryMiB: memory }, totalmem() / 2 ** 20, 'this machine');
}

function checkFollowed({ follow = [], guests, kernel = [] }: TestOptions): void {
  const count = guests * Math.max(1, kernel.length);
  for (const name of follow) {
    const number = /^guest-([1-9]\d*)$/.exec(name)?.[1];
    if (number !== undefined && Number(number) <= count) continue;
    const guest = count === 1 ? 'guest-1 alone' : `guest-1 to guest-${count}`;
    throw usageError(`--follow: this run has no guest "${name}"`, `it has ${guest}`);
  }
}

/** Of a run on this machine. @throws CoordinatorError (usage) */
export function checkNoQueue({ key, on, lostAfter, priority, guests }: TestOptions): void {
  const given = [
    ['--key', key],
    ['--on', on],
    ['--lost-after', lostAfter],
    ['--priority', priority],
  ].find(([, value]) => value !== undefined);
  if (given)
    throw usageError(`${given[0]} is for a run on the hosts of a fleet`, 'add --queue, or leave it out');
  if (guests > MAX_GUESTS)
    throw usageError(
      `--guests ${guests}: one machine has ${MAX_GUESTS} guests of a run at most`,
      'give fewer, or spread them over a fleet with --queue',
    );
}

/**
 * Refuses guests whose memory is more than there is. That of guests with a function of the host cannot be lent: the
 * function may write to all of it at any time, so it is there as long as they are.
 * @param wanted guests at once, and the memory of each
 * @param availableMiB what there is for them
 * @throws CoordinatorError (usage)
 */
export function checkMemory(
  { guests, memoryMiB }: { readonly guests: number; readonly memoryMiB: number },
  availableMiB: number,
  place: string,
): void {
  const needed = guests * memoryMiB;
  if (needed <= availableMiB) return;
  const who =
    guests === 1 ? `a guest of ${memoryMiB} MiB needs` : `${guests} guests of ${memoryMiB} MiB need`;
  throw usageError(
    `${who} ${needed} MiB at once, and ${place} has ${Math.floor(availableMiB)} MiB for guests`,
    guests === 1 ? 'give less --memory' : 'give less --memory, or fewer --guests',
  );
}
