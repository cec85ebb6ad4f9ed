import { labExercisers } from '@coordinator/lab';
import { builtinPlans, type Plan } from '@coordinator/shared/plan';
import type { Report } from '@coordinator/shared/report';
import { files } from '../files.ts';
import { runInLab } from '../relay/index.ts';
import type { RunContext } from '../run-context.ts';
import type { Caller } from './caller.ts';
import { loginEnvironment, loginFlags, readLogin } from './login.ts';
import type { TestOptions } from './options.ts';
import { prepareLabFiles } from './prepare-files.ts';

/**
 * Makes what `coordinator test --platform lab` needs.
 * @returns what then runs it.
 * @throws CoordinatorError
 */
export async function prepareRunInLab(
  options: TestOptions,
  plan: Plan,
  caller: Caller,
): Promise<(context: RunContext) => Promise<Report>> {
  // What is wrong with it is said before there is a lab.
  readLogin(options);
  const labFiles = await prepareLabFiles(options, caller);
  return (context) =>
    runInLab({
      ...context,
      ...translateOptions(options),
      env: loginEnvironment(options),
      iommu: options.iommu ?? labExercisers[plan.exerciser].iommu,
      files: labFiles,
      bundle: files.bundle,
      deviceServer: files.deviceServer,
      onStage: (stage) => caller.onLabStage(stage),
    });
}

/** The same options for the coordinator in the lab; files that they name are brought there. `--qemu` is ours. */
export function translateOptions(options: TestOptions): {
  flags: string[];
  inputs: (readonly [flag: string, path: string])[];
} {
  const { guests, vmm, channel, memory, cpus, timeout, device = [], plan } = options;
  const flags = [
    ...['--guests', String(guests), '--cpus', String(cpus), '--memory', `${memory}M`],
    ...['--vmm', vmm, '--channel', channel, '--timeout', `${timeout}ms`],
    ...(options.silence === undefined ? [] : ['--silence', `${options.silence}ms`]),
    ...(options.seed === undefined ? [] : ['--seed', String(options.seed)]),
    ...(options.vary === undefined ? [] : ['--vary', options.vary]),
    ...(options.retry === 0 ? [] : ['--retry', String(options.retry)]),
    ...(options.exerciser === undefined ? [] : ['--exerciser', options.exerciser]),
    ...device.flatMap((bdf) => ['--device', bdf]),
    ...loginFlags(options),
  ];
  const inputs: [string, string | undefined][] = [
    ['--kernel', options.kernel],
    ['--initrd', options.initrd],
    ['--share', options.share],
    ['--lkvm', options.lkvm],
  ];
  if (plan !== undefined && builtinPlans.has(plan)) flags.push('--plan', plan);
  else inputs.push(['--plan', plan]);
  return {
    flags,
    inputs: inputs.flatMap(([flag, path]) => (path === undefined ? [] : [[flag, path] as const])),
  };
}
