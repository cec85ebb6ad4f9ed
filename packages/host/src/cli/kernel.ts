import { exitCodes } from '@coordinator/shared/report/exit-code';
import { requireBuiltFiles } from '../files.ts';
import type { DefineCommand } from './command.ts';
import { interruptible } from './interrupt.ts';
import { cacheOption } from './options.ts';
import { tell } from './print.ts';
import { showSetUp } from './progress.ts';

interface BuildOptions {
  readonly color: boolean;
  readonly output: string;
  readonly cache?: string;
}

export const defineKernel: DefineCommand = (command, setExitCode) => {
  command
    .command('build')
    .description("build one from Debian's source of it, and keep the tree")
    .argument('<kernel>', 'source:VERSION, with fragments: source:7.3+small+kasan')
    .requiredOption('-o, --output <dir>', 'where the tree goes: a folder that is not there yet')
    .addOption(cacheOption())
    .option('--no-color', 'plain output')
    .addHelpText(
      'after',
      `
Builds what --kernel source:VERSION would, and leaves all of the tree, to be changed and for --kernel DIR. Compilers are
fetched with apt into the cache, beside the system; needs no root.

Fragments:
  small     what guests need and no more: boots in half the time; without it the base is arm64's defconfig
  kasan     reports accesses to memory that is not, or no longer, whose it should be
  lockdep   reports locks that may deadlock, and sleeping where nobody may
  64k       pages of 64 KiB
  iommufd   iommufd and the character devices of VFIO
  lab       what the lab's own host needs: for lab up --kernel
  ./FILE    options of yours, as .config has them

Examples:
  coordinator kernel build source:7.3+small --output ~/linux-small
  coordinator test --kernel ~/linux-small
`,
    )
    .action(async (kernel: string, options: BuildOptions) => setExitCode(await build(kernel, options)));
};

async function build(kernel: string, { output, cache, color }: BuildOptions): Promise<number> {
  requireBuiltFiles();
  const { prepareKernelTree } = await import('../session/prepare-files.ts');
  return interruptible(async (interrupt) => {
    const release = await prepareKernelTree({ kernel, output, cache }, showSetUp(color, interrupt));
    tell(`built kernel ${release} in ${output}\n  → coordinator test --kernel ${output}\n`);
    return exitCodes.passed;
  });
}
