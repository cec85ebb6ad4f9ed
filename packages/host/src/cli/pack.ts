import { statSync } from 'node:fs';
import { exitCodes } from '@coordinator/shared/report/exit-code';
import { formatSize } from '@coordinator/shared/units';
import { requireBuiltFiles } from '../files.ts';
import type { FileOptions } from '../session/prepare-files.ts';
import type { DefineCommand } from './command.ts';
import { interruptible } from './interrupt.ts';
import { addSetUpOptions } from './options.ts';
import { tell } from './print.ts';
import { showSetUp } from './progress.ts';

interface PackOptions extends FileOptions {
  readonly color: boolean;
  readonly out: string;
}

export const definePack: DefineCommand = (command, setExitCode) => {
  addSetUpOptions(command)
    .requiredOption('-o, --out <file>', 'the archive to write, a gzipped tar')
    .option('--no-color', 'plain output')
    .addHelpText(
      'after',
      `
It holds Node for arm64 with its libraries, the coordinator, the guest kit, and a kernel and an initial RAM disk for
guests. Unpack it on the host, on any file system, and run ./coordinator in it as root:
  tar xzf coordinator.tar.gz && ./coordinator/coordinator devices
`,
    )
    .action(async (options: PackOptions) => setExitCode(await pack(options)));
};

async function pack(options: PackOptions): Promise<number> {
  requireBuiltFiles();
  const { preparePack } = await import('../session/prepare-files.ts');
  return interruptible(async (interrupt) => {
    await preparePack(options, options.out, showSetUp(options.color, interrupt));
    tell(`wrote ${options.out} (${formatSize(statSync(options.out).size)})\n`);
    return exitCodes.passed;
  });
}
