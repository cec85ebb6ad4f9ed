import { usageError } from '@coordinator/base/errors';
import type { Caller } from './caller.ts';
import { checkNoQueue } from './check-options.ts';
import { choosePlatform } from './choose-platform.ts';
import { testJobs } from './jobs.ts';
import type { TestOptions } from './options.ts';
import { prepareRunHere } from './prepare-here.ts';
import { repeatCommand } from './repeat-command.ts';
import { type PrepareRun, type RunResult, runSession } from './session.ts';

/** Runs a plan once in every guest, all at once. @throws CoordinatorError when nothing could be run. */
export async function runTest(options: TestOptions, caller: Caller): Promise<RunResult> {
  if (options.vary !== undefined && options.seed === undefined)
    throw usageError('--vary says what a seed changes, and there is none', 'add --seed, or leave it out');
  if (options.queue !== undefined) return runTestInFleet(options, caller);
  checkNoQueue(options);
  const prepare: PrepareRun = async (plan) => {
    const kind = choosePlatform(options, plan);
    if (kind === 'lab') {
      // Loaded when it is asked for: a run on this machine starts the sooner.
      const { prepareRunInLab } = await import('./prepare-lab.ts');
      const repeat = (seed: number) => repeatCommand(options, seed, options.vary ?? 'seeds');
      return prepareRunInLab(options, plan, caller, { action: 'test', flags: [], repeat });
    }
    const { guests, seed = null, vary = 'seeds', retry: retries } = options;
    const jobs = testJobs(guests, options.jobs);
    return prepareRunHere(kind, { options, plan, concurrent: jobs }, caller, async () => {
      const { run } = await import('@coordinator/runner/run');
      return (common, log) =>
        run({ ...common, jobs, seed, vary, retries, listeners: [log.append, ...common.listeners] });
    });
  };
  return runSession(options, caller, prepare);
}

async function runTestInFleet(options: TestOptions, caller: Caller): Promise<RunResult> {
  const { prepareRunInFleet } = await import('./prepare-fleet.ts');
  const { runGuests } = await import('@coordinator/runner/run');
  const { seed = null, vary = 'seeds', retry: retries } = options;
  return runSession(options, caller, (plan) =>
    prepareRunInFleet(options, plan, caller, (frame, makeGuest, log) =>
      runGuests({ ...frame, seed, vary, retries, listeners: [log.append, ...frame.listeners] }, makeGuest),
    ),
  );
}
