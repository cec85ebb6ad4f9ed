import { CoordinatorError } from '@coordinator/base/errors';
import { type Iommu, LAB_FUNCTIONS, LAB_GUEST_MEMORY_MIB, Lab, labExercisers } from '@coordinator/lab';
import { checkLkvmProgram, namedLkvm } from '@coordinator/machine/vmm';
import { builtinPlans, type Plan, type QemuDevice } from '@coordinator/shared/plan';
import type { Report } from '@coordinator/shared/report';
import type { EventLog } from '@coordinator/store';
import { files } from '../files.ts';
import { runInLab } from '../relay/index.ts';
import type { RunContext } from '../run-context.ts';
import type { Caller } from './caller.ts';
import { checkMemory, checkOptions } from './check-options.ts';
import { checkKernels, isImageFile } from './kernels.ts';
import { loginEnvironment, loginFlags, readLogin } from './login.ts';
import type { TestOptions } from './options.ts';
import { prepareFiles, prepareLabFiles } from './prepare-files.ts';
import { prepareSavedLab } from './prepare-saved-lab.ts';
import { selectionFlags } from './select-tests.ts';
import { vmmFlags } from './vmm-options.ts';

/**
 * Makes what a run in the lab needs.
 * @param run which command of the coordinator in the lab it is, with what only that has, and how a round is repeated
 * @returns what then runs it.
 * @throws CoordinatorError
 */
export async function prepareRunInLab(
  options: TestOptions,
  plan: Plan,
  caller: Caller,
  run: {
    readonly action: 'test' | 'stress';
    readonly flags: readonly string[];
    readonly repeat: (seed: number) => string;
  },
): Promise<(context: RunContext, log: EventLog) => Promise<Report>> {
  // What is wrong with it is said before there is a lab.
  readLogin(options);
  checkOptions(options, 'lab', plan);
  // QEMU's NVMe functions are those that can be behind its SMMUv3.
  const iommu = options.iommu ?? labExercisers[plan.exerciser].iommu;
  const functions = options.device === undefined ? LAB_FUNCTIONS : new Set(options.device).size;
  const guests = Math.min(options.guests, options.jobs ?? options.guests, functions);
  checkMemory({ guests, memoryMiB: options.memory }, LAB_GUEST_MEMORY_MIB, 'the lab');
  if (options.vmm === 'lkvm') checkLkvm(options, iommu);
  const devices = plan.device?.qemu ? [plan.device.qemu] : [];
  const lacking = lackingNotice(devices, iommu);
  const labFiles = await prepareLabFiles(options, caller);
  // One that is up is used as it is.
  const { saved, notice } = Lab.find(iommu)
    ? { saved: null, notice: null }
    : await prepareSavedLab(labFiles, iommu, options, caller);
  const { flags, inputs } = translateOptions(await makeKernelFor(options, plan, caller));
  return (context, log) =>
    runInLab({
      ...context,
      devices,
      log,
      action: run.action,
      repeat: run.repeat,
      flags: [...flags, ...run.flags],
      inputs,
      env: loginEnvironment(options),
      iommu,
      files: labFiles,
      saved,
      notices: [...context.notices, ...lacking, ...(notice === null ? [] : [notice])],
      bundle: files.bundle,
      deviceServer: files.deviceServer,
      onStage: (stage) => caller.onLabStage(stage),
    });
}

/** The lab can make nothing: what it gets for another kernel is files. */
async function makeKernelFor(options: TestOptions, plan: Plan, caller: Caller): Promise<TestOptions> {
  const { kernel: [asked] = [], initrd, share } = options;
  const modules = plan.device?.modules ?? [];
  const isMade = asked !== undefined && !isImageFile(asked);
  if (!isMade && (modules.length === 0 || initrd !== undefined)) return options;
  const { kernels } = await prepareFiles({ ...options, modules }, caller);
  checkKernels(kernels, options, plan);
  const [made] = kernels;
  return { ...options, kernel: [made.kernel], initrd: initrd ?? made.initrd, share: share ?? made.kit };
}

/** A lab that is up stays as it is: what of the plan's function it was not given, it may have anyway. */
function lackingNotice(devices: readonly QemuDevice[], iommu: Iommu): string[] {
  const up = Lab.find(iommu);
  const lacking = up ? devices.find(({ driver }) => !up.devices.includes(driver)) : undefined;
  if (!lacking) return [];
  return [
    `the lab that is up was not started with --qemu-device ${lacking.driver}, so that its own functions are all there are`,
  ];
}

/** No lab has a kvmtool of its own, but one that is up may have been given one. */
function checkLkvm({ lkvm }: TestOptions, iommu: Iommu): void {
  const named = namedLkvm(lkvm);
  if (named !== undefined) checkLkvmProgram(named, 'the lab');
  else if (Lab.find(iommu) === null)
    throw new CoordinatorError('the lab has no kvmtool (lkvm)', {
      remedy: 'build it for arm64 and give its path with --lkvm PATH or $COORDINATOR_LKVM',
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
    ...(options.jobs === undefined ? [] : ['--jobs', String(options.jobs)]),
    ...(options.silence === undefined ? [] : ['--silence', `${options.silence}ms`]),
    ...(options.seed === undefined ? [] : ['--seed', String(options.seed)]),
    ...(options.vary === undefined ? [] : ['--vary', options.vary]),
    ...(options.start === undefined ? [] : ['--start', options.start]),
    ...(options.hold === undefined ? [] : ['--hold', options.hold]),
    ...(options.retry === 0 ? [] : ['--retry', String(options.retry)]),
    ...selectionFlags(options),
    ...(options.exerciser === undefined ? [] : ['--exerciser', options.exerciser]),
    ...device.flatMap((bdf) => ['--device', bdf]),
    ...(options.destroyData ? ['--destroy-data'] : []),
    ...vmmFlags(options),
    ...loginFlags(options),
  ];
  const inputs: [string, string | undefined][] = [
    ['--kernel', options.kernel?.[0]],
    ['--initrd', options.initrd],
    ['--share', options.share],
    ['--files', options.files],
    ['--lkvm', vmm === 'lkvm' ? namedLkvm(options.lkvm) : undefined],
  ];
  if (plan !== undefined && builtinPlans.has(plan)) flags.push('--plan', plan);
  else inputs.push(['--plan', plan]);
  return {
    flags,
    inputs: inputs.flatMap(([flag, path]) => (path === undefined ? [] : [[flag, path] as const])),
  };
}
