import { CoordinatorError } from '@coordinator/base/errors';
import { exitCodes } from '@coordinator/shared/report';
import { Command, CommanderError } from 'commander';
import { version } from '../version.ts';

type AddCommand = (program: Command, setExitCode: (code: number) => void) => void;

/**
 * The commands in the order of the help. Each is loaded when it is the one that was called: reading all of them takes
 * longer than some commands do.
 */
const commands: ReadonlyMap<string, () => Promise<AddCommand>> = new Map([
  ['setup', async () => (await import('./setup.ts')).addSetUpCommand],
  ['test', async () => (await import('./test.ts')).addTestCommand],
  ['stress', async () => (await import('./stress.ts')).addStressCommand],
  ['selftest', async () => (await import('./selftest.ts')).addSelfTestCommand],
  ['devices', async () => (await import('./devices.ts')).addDevicesCommand],
  ['bind', async () => (await import('./bind.ts')).addBindCommand],
  ['guests', async () => (await import('./guests.ts')).addGuestsCommand],
  ['restore', async () => (await import('./restore.ts')).addRestoreCommand],
  ['report', async () => (await import('./report.ts')).addReportCommand],
  ['lab', async () => (await import('./lab.ts')).addLabCommand],
  ['pack', async () => (await import('./pack.ts')).addPackCommand],
]);

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
  const called = commands.get(argv[2] ?? '');
  for (const load of called ? [called] : commands.values()) {
    // A sub-command takes over the parent's settings only when it is made by it.
    (await load())(program, setExitCode);
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
