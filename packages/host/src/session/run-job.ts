import { join, resolve } from 'node:path';
import { type FleetClient, type FleetJob, getFile } from '@coordinator/fleet';
import { ReporterSet } from '@coordinator/reporter';
import { type Plan, parsePlan } from '@coordinator/shared/plan';
import type { RunJob } from '../fleet/index.ts';
import type { Caller } from './caller.ts';
import { choosePlatform } from './choose-platform.ts';
import { type TestOptions, testDefaults } from './options.ts';
import { prepareRunHere } from './prepare-here.ts';
import { selectTests } from './select-tests.ts';
import { runSession } from './session.ts';

export interface JobSetting {
  readonly client: FleetClient;
  /** Guests at once on this machine: limits are stretched for as many. */
  readonly room: number;
  readonly runs: string;
  readonly cache?: string;
  /** Where files that came with jobs are kept. */
  readonly files: string;
  readonly setUp: Pick<Caller, 'setUpListener' | 'warn'>;
  /** From now on there can be processes of the run. */
  readonly onRun: (run: string) => void;
}

/** Runs the guests of jobs as `coordinator test` runs those of its own. */
export function jobRunner(setting: JobSetting): RunJob {
  return async (job, { interrupt, onEvent, onFolder }) => {
    const options = await readOptions(job, setting);
    const plan = readPlan(job);
    const caller: Caller = {
      ...setting.setUp,
      interrupt,
      command: ['coordinator', 'worker'],
      openReporters: async () => new ReporterSet([], () => {}),
      listeners: [onEvent],
      onRun: (run) => {
        onFolder(join(resolve(setting.runs), run));
        setting.onRun(run);
      },
      onLabStage: () => {},
      onServe: () => {},
    };
    const kind = choosePlatform(options, plan);
    if (kind === 'lab') throw new Error('a job cannot be for a lab');
    const members = job.guests.map(({ id, seed }) => ({ id, seed, parts: {}, kernel: null }));
    const vary = options.vary ?? 'seeds';
    const request = { options, plan, concurrent: setting.room };
    await runSession(
      options,
      caller,
      () =>
        prepareRunHere(kind, request, caller, async () => {
          const { run } = await import('@coordinator/runner/run');
          return (common, log) =>
            run({ ...common, members, vary, listeners: [log.append, ...common.listeners] });
        }),
      plan,
    );
  };
}

/** @throws PlanError */
export function readPlan({ plan: { name, text, ...selection } }: Pick<FleetJob, 'plan'>): Plan {
  return selectTests(parsePlan(text, name), selection as Parameters<typeof selectTests>[1]);
}

/** @returns the options of a run of its guests here; files that it names have been fetched */
export async function readOptions(
  job: Pick<FleetJob, 'guests' | 'options' | 'kernel' | 'initrd'>,
  setting: Pick<JobSetting, 'client' | 'files' | 'runs' | 'cache'>,
): Promise<TestOptions> {
  const { client, files, runs, cache } = setting;
  const { kernel, initrd } = job;
  const image = kernel && 'file' in kernel ? await getFile(client, files, kernel.file) : kernel?.name;
  const given = {
    ...job.options,
    ...(image === undefined ? {} : { kernel: [image] }),
    ...(initrd === undefined ? {} : { initrd: await getFile(client, files, initrd) }),
    ...(cache === undefined ? {} : { cache }),
  };
  return { ...testDefaults, ...given, guests: job.guests.length, runs } as TestOptions;
}
