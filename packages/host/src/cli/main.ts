import { CoordinatorError } from '@coordinator/base/errors';
import { exitCodes } from '@coordinator/shared/report/exit-code';
import { Command, CommanderError } from 'commander';
import { version } from '../version.ts';
import { BISECT_OPTION, bisectCodes } from './bisect.ts';
import type { DefineCommand } from './command.ts';

interface CommandEntry {
  /** As the help shows it: the name first. */
  readonly signature: string;
  readonly description: string;
  load(): Promise<DefineCommand>;
}

/** The commands in the order of the help. The code of one is loaded when it is the one that was called. */
const commands: readonly CommandEntry[] = [
  {
    signature: 'setup [options]',
    description: "make the virtual platform's files: QEMU, kernel, guest kit",
    load: async () => (await import('./setup.ts')).defineSetUp,
  },
  {
    signature: 'test [options]',
    description: 'run a plan once in every guest, all at once, and report',
    load: async () => (await import('./test.ts')).defineTest,
  },
  {
    signature: 'stress [options]',
    description: 'run a plan again and again in many guests, with new seeds each time, and count what fails',
    load: async () => (await import('./stress.ts')).defineStress,
  },
  {
    signature: 'selftest [options]',
    description: 'test the tests: each of many defects, in a guest of its own, must be noticed',
    load: async () => (await import('./selftest.ts')).defineSelfTest,
  },
  {
    signature: 'devices [options]',
    description: 'list the functions of this machine that guests can be given: test engines, or others',
    load: async () => (await import('./devices.ts')).defineDevices,
  },
  {
    signature: 'bind [options] <bdf...>',
    description: 'hand functions to vfio-pci, until coordinator restore gives them back',
    load: async () => (await import('./bind.ts')).defineBind,
  },
  {
    signature: 'guests [options]',
    description: 'list running guests, also those of a run that died',
    load: async () => (await import('./guests.ts')).defineGuests,
  },
  {
    signature: 'exec [options] <guest> <command...>',
    description: 'run a command in a running guest, with its input, output, exit status and signals',
    load: async () => (await import('./exec.ts')).defineExec,
  },
  {
    signature: 'shell [options] <guest>',
    description: 'open a shell in a running guest, at this terminal',
    load: async () => (await import('./exec.ts')).defineShell,
  },
  {
    signature: 'release [options] [guest...]',
    description: 'let guests go on that test --hold keeps up',
    load: async () => (await import('./release.ts')).defineRelease,
  },
  {
    signature: 'restore [bdf...]',
    description: 'end the guests of runs that died, complete their reports, and give back what was taken',
    load: async () => (await import('./restore.ts')).defineRestore,
  },
  {
    signature: 'report [options] [run|file] [other]',
    description: 'render a finished run again, or compare two',
    load: async () => (await import('./report.ts')).defineReport,
  },
  {
    signature: 'history [options]',
    description: 'list the runs that are kept, say which tests flake, and remove old runs',
    load: async () => (await import('./history.ts')).defineHistory,
  },
  {
    signature: 'serve [options]',
    description: 'show runs in browsers: those that are kept, and those that go on',
    load: async () => (await import('./serve.ts')).defineServe,
  },
  {
    signature: 'lab',
    description: 'an emulated Arm host with four test engines, KVM and an IOMMU',
    load: async () => (await import('./lab.ts')).defineLab,
  },
  {
    signature: 'kernel',
    description: "kernels that are built from Debian's source",
    load: async () => (await import('./kernel.ts')).defineKernel,
  },
  {
    signature: 'worker [options]',
    description: 'make this machine a host of a fleet, which runs guests for others',
    load: async () => (await import('./worker.ts')).defineWorker,
  },
  {
    signature: 'fleet [options]',
    description: 'the hosts of a fleet, and its queue on this machine',
    load: async () => (await import('./fleet.ts')).defineFleet,
  },
  {
    signature: 'pack [options]',
    description: 'make one archive that runs on an arm64 host with nothing installed',
    load: async () => (await import('./pack.ts')).definePack,
  },
  {
    signature: 'completion <shell>',
    description: 'print what completes its commands and options in bash, zsh or fish',
    load: async () => (await import('./completion.ts')).defineCompletion,
  },
  {
    signature: 'man [options] [command...]',
    description: 'print a page of the manual, or write all of them',
    load: async () => (await import('./man.ts')).defineMan,
  },
];

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
  const program = makeProgram();
  const setExitCode = (code: number) => {
    exitCode = code;
  };
  const [called] = argv.slice(2).filter((word) => word !== 'help' && !word.startsWith('-'));
  for (const { signature, description, load } of commands) {
    const [name = ''] = signature.split(' ');
    if (name === called) {
      (await load())(program.command(name).description(description), setExitCode, makeWhole);
    } else program.command(signature).description(description);
  }
  try {
    await program.parseAsync(argv as string[]);
    return exitCode;
  } catch (error) {
    const code = await report(error);
    if (!argv.includes(BISECT_OPTION)) return code;
    // Neither a wrong option nor a fault of ours says anything about a commit.
    if (error instanceof CommanderError) return code === exitCodes.passed ? code : bisectCodes.abort;
    return code === exitCodes.interrupted ? code : bisectCodes.skip;
  }
}

/** The program with all that each of its commands has, none of which can be called. */
async function makeWhole(): Promise<Command> {
  const program = makeProgram();
  for (const { signature, description, load } of commands) {
    const [name = ''] = signature.split(' ');
    (await load())(program.command(name).description(description), () => {}, makeWhole);
  }
  return program;
}

function makeProgram(): Command {
  return new Command('coordinator')
    .description('Tests the DMA isolation of PCIe pass-through, in many guests at once.')
    .version(version)
    .addHelpText('after', exitCodeHelp)
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({ outputError: complain });
}

/** Commander quotes what was typed, in one sentence. */
function complain(text: string, write: (text: string) => void): void {
  write(text.replace(/^error: /, 'coordinator: ').replace(/(?!\n)\p{Cc}/gu, ''));
}

async function report(error: unknown): Promise<number> {
  if (error instanceof CommanderError) {
    // Help and version are no errors; everything else commander complains of is usage.
    return error.exitCode === 0 ? exitCodes.passed : exitCodes.usage;
  }
  const { tell } = await import('./print.ts');
  if (error instanceof CoordinatorError) {
    tell(`coordinator: ${error.message}\n`);
    if (error.remedy) tell(`  → ${error.remedy}\n`);
    return error.exitCode;
  }
  tell(`coordinator: internal error: ${(error as Error)?.stack ?? String(error)}\n`);
  return exitCodes.unavailable;
}
