import { describeFile, FLEET_VERSION, type FleetJob, putFile } from '@coordinator/fleet';
import { isNamedKernel } from '@coordinator/image';
import type { MakeGuest, RunFrame } from '@coordinator/runner/run';
import type { Plan } from '@coordinator/shared/plan';
import type { Report } from '@coordinator/shared/report';
import type { EventLog } from '@coordinator/store';
import { Fleet, FleetRun, type JobTemplate } from '../fleet/index.ts';
import type { RunContext } from '../run-context.ts';
import { version } from '../version.ts';
import type { Caller } from './caller.ts';
import { checkPrograms } from './check-programs.ts';
import { checkFleetOptions, jobOptionsOf } from './fleet-options.ts';
import { readPlanText } from './load-plan.ts';
import { readQueue } from './open-queue.ts';
import type { TestOptions } from './options.ts';

const LOST_AFTER_MS = 30_000;

/**
 * Sees that there are hosts for a run over a fleet, and brings them the files that it needs.
 * @param body runs the plan in guests of the fleet
 * @returns what then has that do so.
 * @throws CoordinatorError
 */
export async function prepareRunInFleet(
  options: TestOptions,
  plan: Plan,
  { interrupt }: Pick<Caller, 'interrupt'>,
  body: (frame: RunFrame, makeGuest: MakeGuest, log: EventLog) => Promise<Report>,
): Promise<(context: RunContext, log: EventLog) => Promise<Report>> {
  checkFleetOptions(options);
  checkPrograms(plan, options.files);
  const { vmm, channel, guests, kernel: names = [] } = options;
  const jobOptions = jobOptionsOf(options);
  const setting = {
    ...readQueue(options),
    demand: { coordinator: version, on: options.on ?? [], options: jobOptions, exerciser: plan.exerciser },
    lostAfterMs: options.lostAfter ?? LOST_AFTER_MS,
  };
  const template: JobTemplate = {
    version: FLEET_VERSION,
    coordinator: version,
    plan: planOf(options),
    options: jobOptions,
    ...(options.initrd === undefined ? {} : { initrd: await describeFile(options.initrd) }),
  };
  const kernels = new Map<string, FleetJob['kernel']>();
  for (const name of names)
    kernels.set(names.length > 1 ? name : '', {
      name,
      ...(isNamedKernel(name) ? {} : { file: await describeFile(name) }),
    });
  // Not kept until the run begins: what fails before that would leave a connection.
  const first = await Fleet.open(setting);
  try {
    await first.requireHosts(interrupt);
    if (options.initrd !== undefined && template.initrd)
      await putFile(first.client, options.initrd, template.initrd);
    for (const kernel of kernels.values())
      if (kernel && 'file' in kernel) await putFile(first.client, kernel.name, kernel.file);
  } finally {
    await first.close();
  }
  return async (context, log) => {
    const fleet = await Fleet.open(setting);
    const run = new FleetRun(fleet, context.run, template, kernels);
    const none = { kernel: '', initrd: '', kit: '', release: null };
    const frame: RunFrame = {
      ...context,
      ...{ guests, channel, plan, coordinatorVersion: version },
      start: options.start ?? 'snapshot',
      platform: { name: 'fleet', vmm, vmmVersion: null },
      ...(names.length > 1 ? { kernels: names.map((name) => ({ ...none, name })) } : {}),
    };
    try {
      return await body(frame, run.makeGuest, log);
    } finally {
      await run.close();
      await fleet.close();
    }
  };
}

function planOf(options: TestOptions): FleetJob['plan'] {
  const { only, repeat } = options;
  return {
    ...readPlanText(options),
    ...(only === undefined ? {} : { only: [...only] }),
    ...(repeat === undefined ? {} : { repeat }),
  };
}
