import { availableParallelism } from 'node:os';
import { usageError } from '@coordinator/machine/errors';
import type { Command } from 'commander';
import { newSeed, type Variation } from '../run/index.ts';
import { loginFlags } from '../session/login.ts';
import { choosePlatform } from '../session/prepare-guests.ts';
import { prepareRunHere } from '../session/prepare-here.ts';
import { runSession } from '../session/session.ts';
import type { ChaosRates } from '../stress/index.ts';
import { applyConfigFile } from './config-file.ts';
import { addRunOptions, option, type TestOptions } from './options.ts';
import { chaosRate, duration, wholeNumber } from './values.ts';

interface StressCommandOptions extends TestOptions {
  readonly mode: 'restart' | 'loop';
  readonly rounds?: number;
  readonly duration?: number;
  readonly jobs?: number;
  readonly rampUp?: number;
  readonly maxFailures: number;
  readonly chaos?: string;
  readonly chaosRate: number;
}

const MAX_ROUNDS = 1_000_000_000;
/** Guests that start at the very same moment all wait for the same thing at the same time, all the time. */
const RAMP_UP_OF_A_GUEST_MS = 250;
/** Emulated guests spend part of their time waiting; a machine is best used with a few more than it has cores. */
const JOBS_OF_A_CORE = 2;

export function addStressCommand(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command('stress')
    .description('run a plan again and again in many guests, with new seeds each time, and count what fails');
  addRunOptions(command)
    .addOption(
      option('--rounds <n>', 'rounds to run, of all guests together').argParser(wholeNumber(1, MAX_ROUNDS)),
    )
    .addOption(option('--duration <duration>', 'begin no round after this time').argParser(duration))
    .addOption(
      option('--mode <mode>', 'a fresh guest for each round, or many rounds inside a guest')
        .choices(['restart', 'loop'])
        .default('restart'),
    )
    .addOption(
      option('-j, --jobs <n>', 'VMMs at once (default: two for each core of this machine)').argParser(
        wholeNumber(1, 256),
      ),
    )
    .addOption(
      option(
        '--ramp-up <duration>',
        'time over which the guests first start (default: 250ms a guest)',
      ).argParser(duration),
    )
    .addOption(
      option('--max-failures <n>', 'begin no round after so many failed; 0: go on to the end')
        .default(0)
        .argParser(wholeNumber(0, MAX_ROUNDS)),
    )
    .addOption(
      option(
        '--chaos <faults>',
        'faults to inject, NAME or NAME=RATE, by commas: kill-guest, kill-engine, pause-guest, drop-channel, corrupt-frame, slow-disk, or all',
      ),
    )
    .addOption(
      option('--chaos-rate <rate>', 'how many of the rounds get each fault')
        .default(0.1, '10%')
        .argParser(chaosRate),
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
    .action(async (options: StressCommandOptions & { config?: string }) => {
      if (options.config) applyConfigFile(command, options.config);
      setExitCode(await runStress(command.opts<StressCommandOptions>()));
    });
}

async function runStress(options: StressCommandOptions): Promise<number> {
  const { guests, rounds = null, duration: durationMs = null, mode } = options;
  if (rounds === null && durationMs === null)
    throw usageError('a stress run needs an end', 'give --rounds, --duration, or both');
  const { parseChaos, stress } = await import('../stress/index.ts');
  const chaos =
    options.chaos === undefined
      ? new Map()
      : readChaos(() => parseChaos(options.chaos ?? '', options.chaosRate));
  const jobs = Math.min(guests, options.jobs ?? JOBS_OF_A_CORE * availableParallelism());
  const vary = options.vary ?? (mode === 'loop' ? 'all' : 'seeds');
  const kind = choosePlatform(options);
  if (kind === 'lab')
    throw usageError(
      'stress runs of the lab begin inside of it',
      'use coordinator lab exec, or --platform virtual',
    );
  const setting = {
    mode,
    vary,
    seed: options.seed ?? newSeed(),
    retries: options.retry,
    rounds,
    durationMs,
    jobs,
    rampUpMs: options.rampUp ?? guests * RAMP_UP_OF_A_GUEST_MS,
    maxFailures: options.maxFailures,
    chaos,
    repeat: (seed: number) => repeatCommand(options, seed, vary),
  } as const;
  return runSession(options, (plan, interrupt) =>
    prepareRunHere(kind, { options, plan, concurrent: jobs }, interrupt, (common, log) =>
      stress({ ...common, ...setting, log }),
    ),
  );
}

function readChaos(read: () => ChaosRates): ChaosRates {
  try {
    return read();
  } catch (error) {
    throw usageError(`--chaos: ${(error as Error).message}`, 'coordinator stress --help has examples');
  }
}

/** The command line of one round: what changes a guest, and nothing about how many there were. */
function repeatCommand(options: StressCommandOptions, seed: number, vary: Variation): string {
  const { plan, exerciser, channel, cpus, memory, platform, vmm } = options;
  const words = ['coordinator', 'test', '--seed', String(seed)];
  if (vary !== 'seeds') words.push('--vary', vary);
  if (plan !== undefined) words.push('--plan', quote(plan));
  if (exerciser !== undefined) words.push('--exerciser', exerciser);
  if (platform !== 'auto') words.push('--platform', platform);
  if (vmm !== 'qemu') words.push('--vmm', vmm);
  if (channel !== 'file') words.push('--channel', channel);
  if (cpus !== 2) words.push('--cpus', String(cpus));
  if (memory !== 256) words.push('--memory', String(memory));
  for (const name of ['kernel', 'initrd', 'share', 'qemu'] as const) {
    const value = options[name];
    if (value !== undefined) words.push(`--${name}`, quote(value));
  }
  words.push(...loginFlags(options).map(quote));
  return words.join(' ');
}

function quote(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
