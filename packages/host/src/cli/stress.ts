import { usageError } from '@coordinator/base/errors';
import { type ChaosRates, DEFAULT_RATE, parseChaos } from '@coordinator/runner/chaos';
import { type StressRunOptions, stressDefaults } from '../session/options.ts';
import type { DefineCommand } from './command.ts';
import { holdOption, jobsOption, option } from './options.ts';
import { runAction } from './run-action.ts';
import { addRunOptions } from './run-options.ts';
import { chaosRate, duration, wholeNumber } from './values.ts';

interface StressCommandOptions extends Omit<StressRunOptions, 'chaos'> {
  readonly chaos?: string;
  readonly chaosRate?: number;
}

const MAX_ROUNDS = 1_000_000_000;

export const defineStress: DefineCommand = (command, setExitCode, whole) => {
  addRunOptions(command)
    .addOption(
      option('--rounds <n>', 'rounds to run, of all guests together').argParser(wholeNumber(1, MAX_ROUNDS)),
    )
    .addOption(option('--duration <duration>', 'begin no round after this time').argParser(duration))
    .addOption(
      option('--mode <mode>', 'a fresh guest for each round, or many rounds inside a guest')
        .choices(['restart', 'loop'])
        .default(stressDefaults.mode),
    )
    // Known, so that it is refused with the reason.
    .addOption(holdOption().hideHelp())
    .addOption(jobsOption('two for each core of this machine'))
    .addOption(
      option(
        '--ramp-up <duration>',
        'time over which the guests first start (default: 250ms a guest)',
      ).argParser(duration),
    )
    .addOption(
      option('--max-failures <n>', 'begin no round after so many failed; 0: go on to the end')
        .default(stressDefaults.maxFailures)
        .argParser(wholeNumber(0, MAX_ROUNDS)),
    )
    .addOption(
      option(
        '--chaos <faults>',
        'faults to inject, NAME or NAME=RATE, by commas: kill-guest, kill-engine, pause-guest, drop-channel, corrupt-frame, slow-disk, or all',
      ),
    )
    .addOption(
      option(
        '--chaos-rate <rate>',
        `how many of the rounds get each fault of --chaos (default: ${100 * DEFAULT_RATE}%)`,
      ).argParser(chaosRate),
    )
    .addHelpText(
      'after',
      `
A round that fails is repeated, alone, by the command printed with it. Rounds that an injected fault explains do not
count as failures; a fault that was not recognized for what it is makes the run end in error.

Examples:
  coordinator stress --guests 8 --rounds 64
  coordinator stress --guests 4 --duration 8h --reporter terminal --reporter json=stress.json
  coordinator stress --guests 4 --mode loop --duration 10m --max-failures 1
  coordinator stress --guests 4 --rounds 100 --chaos all --chaos-rate 10%
`,
    )
    .action(runAction(command, stress, setExitCode, whole));
};

async function stress({ chaos, chaosRate: rate, ...options }: StressCommandOptions): Promise<number> {
  if (rate !== undefined && chaos === undefined)
    throw usageError(
      '--chaos-rate says how often faults strike, and there are none',
      'add --chaos, or leave it out',
    );
  const rates = chaos === undefined ? {} : { chaos: readChaos(chaos, rate ?? DEFAULT_RATE) };
  const { runCommand } = await import('./run-command.ts');
  const { runStress } = await import('../session/stress.ts');
  return runCommand(options, (caller) => runStress({ ...options, ...rates }, caller));
}

function readChaos(text: string, rate: number): ChaosRates {
  try {
    return parseChaos(text, rate);
  } catch (error) {
    throw usageError(`--chaos: ${(error as Error).message}`, 'coordinator stress --help has examples');
  }
}
