import { usageError } from '@coordinator/base/errors';
import { newSeed } from '@coordinator/runner/variation';
import type { Plan } from '@coordinator/shared/plan';
import type { Caller } from './caller.ts';
import { checkChaos } from './check-abilities.ts';
import { checkNoQueue } from './check-options.ts';
import { choosePlatform } from './choose-platform.ts';
import { stressJobs } from './jobs.ts';
import { loadPlan } from './load-plan.ts';
import type { StressRunOptions } from './options.ts';
import { prepareRunHere } from './prepare-here.ts';
import { repeatCommand } from './repeat-command.ts';
import { type PrepareRun, type RunResult, runSession } from './session.ts';
import { stressFlags } from './stress-flags.ts';

/** Guests that start at the very same moment all wait for the same thing at the same time, all the time. */
const RAMP_UP_OF_A_GUEST_MS = 250;

/** Runs a plan again and again in many guests. @throws CoordinatorError when nothing could be run. */
export async function runStress(options: StressRunOptions, caller: Caller): Promise<RunResult> {
  const { guests, rounds = null, duration: durationMs = null, mode } = options;
  if (rounds === null && durationMs === null)
    throw usageError('a stress run needs an end', 'give --rounds, --duration, or both');
  if (options.hold !== undefined)
    throw usageError(
      '--hold keeps guests until somebody releases them, and a stress run goes on with the next round',
      'repeat a round alone, by the coordinator test command that is printed with it, and add --hold',
    );
  const isFleet = options.queue !== undefined;
  if (!isFleet) checkNoQueue(options);
  const jobs = isFleet ? guests : stressJobs(guests, options.jobs);
  const vary = options.vary ?? (mode === 'loop' ? 'all' : 'seeds');
  const whole = loadPlan(options);
  const kind = isFleet ? 'virtual' : choosePlatform(options, whole);
  checkChaos(options.chaos, kind, options.vmm);
  const repeat = (seed: number, kernel: string | null = null) =>
    repeatCommand(kernel === null ? options : { ...options, kernel: [kernel] }, seed, vary);
  if (kind === 'lab') return runStressInLab(options, whole, caller, repeat);
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
    chaos: options.chaos ?? new Map(),
    repeat,
  } as const;
  if (isFleet) {
    checkFleetStress(options);
    const { prepareRunInFleet } = await import('./prepare-fleet.ts');
    const { stressGuests } = await import('@coordinator/runner/stress');
    return runSession(options, caller, (plan) =>
      prepareRunInFleet(options, plan, caller, (frame, makeGuest, log) =>
        stressGuests({ ...frame, ...setting, log }, makeGuest),
      ),
    );
  }
  const prepare: PrepareRun = async (plan) =>
    prepareRunHere(kind, { options, plan, concurrent: jobs }, caller, async () => {
      const { stress } = await import('@coordinator/runner/stress');
      return (common, log) => stress({ ...common, ...setting, log });
    });
  return runSession(options, caller, prepare, whole);
}

function checkFleetStress({ mode, chaos }: StressRunOptions): void {
  if (mode === 'loop')
    throw usageError(
      '--mode loop keeps guests from round to round, and a fleet gives each round a new one',
      'leave it out',
    );
  if (chaos !== undefined)
    throw usageError(
      '--chaos strikes guests of this machine, and these run on hosts of a fleet',
      'leave it out',
    );
}

/** The coordinator in the lab chooses what is not given: it is there that the guests run. */
async function runStressInLab(
  options: StressRunOptions,
  whole: Plan,
  caller: Caller,
  repeat: (seed: number) => string,
): Promise<RunResult> {
  const { prepareRunInLab } = await import('./prepare-lab.ts');
  const run = { action: 'stress', flags: stressFlags(options), repeat } as const;
  return runSession(options, caller, (plan) => prepareRunInLab(options, plan, caller, run), whole);
}
