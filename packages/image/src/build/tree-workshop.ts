import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findInPath } from '@coordinator/base/programs';
import { SetUpError } from '../errors.ts';
import type { KernelCompiler } from '../kernel/config.ts';
import { type RunOptions, run } from '../process/run.ts';
import { KERNEL_OPTIONS, type ModuleMaker } from './compile.ts';

export interface TreeWorkshopOptions {
  /** The kernel's build tree, or its headers. */
  readonly tree: string;
  /** A copy of the native sources, which is built in. */
  readonly directory: string;
  /** What made the kernel; null where its configuration does not tell. */
  readonly compiler: KernelCompiler | null;
  readonly signal?: AbortSignal | undefined;
}

/** Where nothing says what a kernel was built with. */
const USUAL: KernelCompiler = {
  command: process.arch === 'arm64' ? 'gcc' : 'aarch64-linux-gnu-gcc',
  isClang: false,
  version: '',
};

/** `make` for a kernel of the user's own, with this machine's programs: its tree was made by them. */
export class TreeWorkshop implements ModuleMaker {
  readonly #options: TreeWorkshopOptions;
  readonly #compiler: KernelCompiler;

  /** @throws SetUpError 'kernel-unusable' when the compiler that the kernel was built with is not here. */
  constructor(options: TreeWorkshopOptions) {
    this.#options = options;
    this.#compiler = options.compiler ?? USUAL;
    const { command } = this.#compiler;
    if (findInPath(command)) return;
    throw new SetUpError(
      'kernel-unusable',
      `There is no ${command} on $PATH, with which ${options.tree} was built and the driver has to be.`,
      { remedy: 'Install it, or add its folder to $PATH.' },
    );
  }

  async module(part: string, name: string, release: string, target: string): Promise<void> {
    const { tree, directory } = this.#options;
    const folder = join(directory, part);
    const flags = [`KDIR=${tree}`, ...KERNEL_OPTIONS, ...this.#toolFlags()];
    const purpose = `compile the ${name} module for kernel ${release} in ${tree}`;
    await run('make', ['-C', folder, 'modules', ...flags], this.#running(purpose));
    const built = join(folder, `${name}.ko`);
    await run(this.#strip(), ['--strip-debug', built], this.#running(`strip the ${name} module`));
    await copyFile(built, target);
  }

  /** Prefix of the programs beside a GCC: `aarch64-linux-gnu-`; none where it is the machine's own. */
  get #prefix(): string {
    return this.#compiler.command.replace(/gcc(-[\d.]+)?$/, '');
  }

  #toolFlags(): readonly string[] {
    const { command, isClang } = this.#compiler;
    return isClang ? ['LLVM=1'] : [`CROSS_COMPILE=${this.#prefix}`, `CC=${command}`];
  }

  #strip(): string {
    return this.#compiler.isClang ? 'llvm-strip' : `${this.#prefix}strip`;
  }

  #running(purpose: string): RunOptions {
    return {
      purpose,
      code: 'build-failed',
      remedy: 'See the messages above: is the tree built, with its modules, and by this compiler?',
      // make takes flags from a user's environment.
      env: { PATH: process.env['PATH'] ?? '', HOME: '/' },
      bareEnv: true,
      signal: this.#options.signal,
    };
  }
}
