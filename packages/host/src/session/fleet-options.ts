import { usageError } from '@coordinator/base/errors';
import type { JobOptions } from '@coordinator/fleet';
import { isBuiltKernel, isNamedKernel } from '@coordinator/image';
import { isImageFile } from './kernels.ts';
import type { TestOptions } from './options.ts';

/** Options that say something of this machine, or of files on it, and what to do instead. */
const here: readonly (readonly [flag: string, isGiven: (options: TestOptions) => unknown, remedy: string])[] =
  [
    [
      '--platform lab',
      ({ platform }) => platform === 'lab',
      'run a worker inside of the lab, or leave it out',
    ],
    ['--iommu', ({ iommu }) => iommu, 'leave it out: it is for the lab'],
    ['--lkvm', ({ lkvm }) => lkvm, 'set $COORDINATOR_LKVM where the workers are started'],
    ['--qemu', ({ qemu }) => qemu, 'each host uses its own: leave it out'],
    ['--device', ({ device }) => device, 'each host gives what is free there: leave it out'],
    ['--share', ({ share }) => share, 'each host uses its own kit: leave it out'],
    ['--files', ({ files }) => files, 'put the programs into an initial RAM disk, and give --initrd'],
    ['--cache', ({ cache }) => cache, 'each host has its own: leave it out'],
    ['--machine', ({ machine }) => machine, 'leave it out: its options may name files of the host'],
    ['--vmm-arg', ({ vmmArg }) => vmmArg, 'leave it out: its words may name files of the host'],
    ['--gdb', ({ gdb, gdbHalt }) => gdb || gdbHalt, 'debug guests of this machine'],
    ['--console-login', ({ consoleLogin }) => consoleLogin, 'run it on the host itself'],
    ['--hold', ({ hold }) => hold, 'hold guests of this machine'],
    ['--keep', ({ keep }) => keep, 'leave it out; consoles and logs come home anyway'],
    ['--follow', ({ follow }) => follow, 'leave it out; consoles come home when guests have ended'],
    ['--jobs', ({ jobs }) => jobs, 'leave it out, and give it to the workers: each has its own'],
  ];

const INSTEAD_OF_A_FOLDER =
  'give the file of its Image, with all that guests need built in, or debian:VERSION';

/** @throws CoordinatorError (usage) for what means nothing on the hosts of a fleet */
export function checkFleetOptions(options: TestOptions): void {
  for (const [flag, isGiven, remedy] of here)
    if (isGiven(options))
      throw usageError(
        `${flag} is for guests of this machine, and these run on the hosts of a fleet`,
        remedy,
      );
  const kernels = options.kernel ?? [];
  if (new Set(kernels).size < kernels.length)
    throw usageError('--kernel: one of them is given twice', 'give each once');
  const built = kernels.find(isBuiltKernel);
  if (built !== undefined)
    throw usageError(`--kernel ${built}: no kernel is built on the hosts of a fleet`, INSTEAD_OF_A_FOLDER);
  const folder = kernels.find((kernel) => !isNamedKernel(kernel) && !isImageFile(kernel));
  if (folder !== undefined)
    throw usageError(
      `--kernel ${folder}: a folder is not brought to the hosts of a fleet`,
      INSTEAD_OF_A_FOLDER,
    );
}

/** The same options as a job has them. */
export function jobOptionsOf(options: TestOptions): JobOptions {
  const { platform, vmm, channel, start, cpus, memory, timeout, silence, vary, destroyData } = options;
  const { cpu, append } = options;
  return {
    platform: platform === 'lab' ? 'auto' : platform,
    ...{ vmm, channel, cpus, memory, timeout, destroyData },
    ...(start === undefined ? {} : { start }),
    ...(silence === undefined ? {} : { silence }),
    ...(vary === undefined ? {} : { vary }),
    ...(cpu === undefined ? {} : { cpu }),
    ...(append === undefined ? {} : { append: [...append] }),
  };
}
