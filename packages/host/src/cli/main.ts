import { exitCodes } from '@coordinator/shared/report';
import { Command, CommanderError } from 'commander';
import { CoordinatorError } from '../errors.ts';
import { version } from '../version.ts';
import { addBindCommand } from './bind.ts';
import { addDevicesCommand } from './devices.ts';
import { addGuestsCommand } from './guests.ts';
import { addLabCommand } from './lab.ts';
import { addPackCommand } from './pack.ts';
import { addReportCommand } from './report.ts';
import { addRestoreCommand } from './restore.ts';
import { addSetUpCommand } from './setup.ts';
import { addStressCommand } from './stress.ts';
import { addTestCommand } from './test.ts';

const exitCodeHelp = `
Exit codes:
  0    all passed
  1    a test failed
  2    usage or configuration
  3    a guest panicked, hung or was lost
  4    nothing could be tested: platform, set-up, device or VMM missing
  130  interrupted
`;

/** Runs one command line and gives the exit code. Never rejects. */
export async function main(argv: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.passed;
  const program = new Command('coordinator')
    .description('Tests the DMA isolation of PCIe pass-through, in many guests at once.')
    .version(version)
    .addHelpText('after', exitCodeHelp)
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'coordinator: ')) });
  const setExitCode = (code: number) => {
    exitCode = code;
  };
  for (const add of [
    addSetUpCommand,
    addTestCommand,
    addStressCommand,
    addDevicesCommand,
    addBindCommand,
    addGuestsCommand,
    addRestoreCommand,
    addReportCommand,
    addLabCommand,
    addPackCommand,
  ]) {
    // A sub-command takes over the parent's settings only when it is made by it.
    add(program, setExitCode);
  }
  try {
    await program.parseAsync(argv as string[]);
    return exitCode;
  } catch (error) {
    return report(error);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // Help and version are no errors; everything else commander complains of is usage.
    return error.exitCode === 0 ? exitCodes.passed : exitCodes.usage;
  }
  if (error instanceof CoordinatorError) {
    process.stderr.write(`coordinator: ${error.message}\n`);
    if (error.remedy) process.stderr.write(`  → ${error.remedy}\n`);
    return error.exitCode;
  }
  process.stderr.write(`coordinator: internal error: ${(error as Error)?.stack ?? String(error)}\n`);
  return exitCodes.unavailable;
}
