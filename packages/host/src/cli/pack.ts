import { statSync } from 'node:fs';
import { writePack } from '@coordinator/image';
import { exitCodes } from '@coordinator/shared/report';
import { formatSize } from '@coordinator/shared/units';
import type { Command } from 'commander';
import { files, requireBuiltFiles } from '../files.ts';
import { type PrepareOptions, setUpRequest, translateSetUpError } from '../session/prepare-files.ts';
import { interruptSignal } from './interrupt.ts';
import { addSetUpOptions } from './options.ts';
import { SetUpProgressLine } from './progress.ts';

interface PackOptions extends PrepareOptions {
  readonly out: string;
}

export function addPackCommand(program: Command, setExitCode: (code: number) => void): void {
  addSetUpOptions(
    program.command('pack').description('make one archive that runs on an arm64 host with nothing installed'),
  )
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
}

async function pack(options: PackOptions): Promise<number> {
  requireBuiltFiles();
  const interrupt = interruptSignal(() => null);
  const progress = new SetUpProgressLine(process.stderr, options.color);
  try {
    const request = {
      ...setUpRequest(options),
      bundle: files.bundle,
      signal: interrupt,
      onProgress: (event: Parameters<SetUpProgressLine['show']>[0]) => progress.show(event),
    };
    await writePack(request, options.out);
  } catch (error) {
    if (interrupt.aborted) return exitCodes.interrupted;
    throw translateSetUpError(error);
  } finally {
    progress.end();
  }
  process.stderr.write(`wrote ${options.out} (${formatSize(statSync(options.out).size)})\n`);
  return exitCodes.passed;
}
