import { appendFile, link, mkdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type KernelConfig, parseKernelConfig } from '../kernel/config.ts';
import { checkFragments, mergeFragments } from '../kernel/fragments.ts';
import type { SourceKernel } from '../kernel/source.ts';
import { run } from '../process/run.ts';
import { Chroot } from './chroot.ts';
import { CompileProgress } from './compile-progress.ts';

/** Of no use to a kernel for arm64: a third of 90,000 files. Their Kconfig files and tables of system calls are. */
const UNUSED_SOURCE = [
  ...['Documentation/[!K]*', 'tools/testing', 'arch/*/boot/dts/*'],
  ...['[!a]*', 'al*', 'arc'].map((name) => `arch/${name}/*.[chS]`),
].map((path) => `--exclude=linux-source-*/${path}`);

const FLAGS = ['ARCH=arm64', 'CROSS_COMPILE=aarch64-linux-gnu-'];
/** Programs of the build that are run again later, when a driver is made: wherever that is, they find all they need. */
const HOST_FLAGS = ['HOSTCC=gcc'];

/** For recipes: what decides, beside tools, source and fragments, what a build makes. */
export const KERNEL_BUILDING = [UNUSED_SOURCE, FLAGS, HOST_FLAGS];

/** Where the tree is, in the root folder that it is built in. */
const INSIDE = '/build/linux';

export interface KernelBuildOptions {
  readonly wanted: SourceKernel;
  /** Folders of the tools, and of the packed source with its name. */
  readonly tools: string;
  readonly source: string;
  /** An empty folder beside the tools, on the same disk; the tree is somewhere in it then. */
  readonly place: string;
  readonly signal?: AbortSignal | undefined;
  /** Hears what is being done, for people. */
  readonly onDetail: (detail: string) => void;
}

/** A kernel that was built. */
export interface KernelTree {
  readonly folder: string;
  readonly config: KernelConfig;
  /** What `uname -r` says on it. */
  readonly release: string;
}

/**
 * Configures and builds a kernel, with its modules, by the unpacked tools.
 * @throws SetUpError 'kernel-unusable' for options that it does not take; 'build-failed' with what the compiler said.
 */
export async function buildKernel(options: KernelBuildOptions): Promise<KernelTree> {
  const { wanted, tools, source, place, signal, onDetail } = options;
  const purpose = `build the kernel ${wanted.asked}`;
  const failing = { code: 'build-failed', remedy: 'Run the same command again.', signal } as const;
  // Links to the tools, which nobody writes to: a copy would take as long as unpacking them.
  await run('cp', ['-al', `${tools}/.`, place], { purpose, ...failing, cwd: place });
  await link(source, join(place, 'linux.tar.xz'));
  const folder = join(place, INSIDE);
  await mkdir(folder, { recursive: true });
  const chroot = await Chroot.open(place, signal);
  const remedy = `See the messages above. A fragment that does not fit is the usual reason; ${wanted.series} itself builds.`;
  const inside = (command: readonly string[], what: string, onStatus?: (line: string) => void) =>
    chroot.run(command, what, { remedy, ...(onStatus && { onStatus }) });
  onDetail('unpacking its source');
  const unpack = ['tar', '-xf', '/linux.tar.xz', '-C', INSIDE, '--strip-components=1', ...UNUSED_SOURCE];
  await inside(unpack, `unpack the source of kernel ${wanted.series}`);

  const make = ['make', '-C', INSIDE, ...FLAGS, ...HOST_FLAGS];
  const configure = `configure the kernel ${wanted.asked}`;
  onDetail('configuring');
  for (const target of wanted.base) await inside([...make, '-s', target], configure);
  await appendFile(
    join(folder, '.config'),
    `${mergeFragments(wanted.fragments)}CONFIG_LOCALVERSION="${wanted.suffix}"\n`,
  );
  await inside([...make, '-s', 'olddefconfig'], configure);
  const config = parseKernelConfig(await readFile(join(folder, '.config'), 'utf8'));
  checkFragments(`The kernel ${wanted.asked}`, wanted.fragments, config);

  const progress = new CompileProgress(onDetail);
  // Whoever works on this machine meanwhile goes first.
  const jobs = `-j${availableParallelism()}`;
  const script = 'exec nice -n 10 "$@" >&3';
  await inside(['sh', '-c', script, 'sh', ...make, jobs, 'Image', 'modules'], purpose, (line) =>
    progress.see(line),
  );
  const release = (await readFile(join(folder, 'include/config/kernel.release'), 'utf8')).trim();
  return { folder, config, release };
}
