import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { CoordinatorError, usageError } from '@coordinator/base/errors';
import type { VsockProvider } from '@coordinator/channel';
import type { GuestKernel } from '@coordinator/image';
import type { ProcessMarker } from '@coordinator/machine/process';
import { readBdf } from '@coordinator/pci';
import { exerciserOf } from '@coordinator/runner/exerciser';
import type { Platform } from '@coordinator/runner/platform';
import { chooseFunctions, HostPlatform, VirtualPlatform } from '@coordinator/runner/platform';
import type { Plan } from '@coordinator/shared/plan';
import type { GuestStart } from '@coordinator/shared/report';
import { STANDBY_FOLDER } from '@coordinator/store';
import { files } from '../files.ts';
import type { SetUpCaller } from './caller.ts';
import { checkMemory } from './check-options.ts';
import type { PlatformKind } from './choose-platform.ts';
import { findHostVmm } from './host-vmm.ts';
import { findKernelSilence, type KernelSilence } from './kernel-witness.ts';
import { checkKernels, packKernels } from './kernels.ts';
import type { TestOptions } from './options.ts';
import { prepareFiles, prepareVsock } from './prepare-files.ts';
import { ALL_BOOT, prepareStart } from './prepare-start.ts';
import { chooseStart, noticeOfStart } from './start.ts';
import { vmmOptionsOf } from './vmm-options.ts';

/** What guests boot and share, and how to get at the platform that runs them once the run has a place. */
export interface PreparedGuests {
  readonly kernels: readonly [GuestKernel, ...GuestKernel[]];
  readonly start: GuestStart;
  /** Why that is another way than the usual one, in one sentence. */
  readonly notice: string | null;
  /** What is not known of their devices, as this machine's kernel log cannot be read; null where it can, or is not needed. */
  readonly silence: KernelSilence | null;
  open(place: RunPlace): Promise<Platform>;
  /** Where guests get their vsock from; null when they are to report over the shared file. */
  openVsock(place: RunPlace): Promise<VsockProvider | null>;
}

/** Where a run keeps what it makes and its sockets, and how its processes are marked. */
export interface RunPlace {
  readonly folder: string;
  readonly runtimeFolder: string;
  readonly marker: Omit<ProcessMarker, 'role'>;
}

type PlanOfGuests = Pick<Plan, 'exerciser' | 'device' | 'iommu'>;

/** @throws CoordinatorError when something the platform needs is missing. */
export async function prepareGuests(
  kind: PlatformKind,
  options: TestOptions,
  plan: PlanOfGuests,
  caller: SetUpCaller,
): Promise<PreparedGuests> {
  const start = chooseStart(kind, options);
  if (kind === 'host') return prepareHost(options, plan, start, caller);
  return prepareVirtual(options, plan, start, caller);
}

async function prepareVirtual(
  options: TestOptions,
  plan: PlanOfGuests,
  start: GuestStart,
  caller: SetUpCaller,
): Promise<PreparedGuests> {
  if (options.vmm !== 'qemu')
    throw usageError('the platform "virtual" runs guests under QEMU only', 'leave out --vmm');
  if (options.device)
    throw usageError('guests of the platform "virtual" bring their own devices', 'leave out --device');
  const { iommu } = plan;
  const { kernels, qemu } = await prepareFiles({ ...options, modules: plan.device?.modules }, caller);
  checkKernels(kernels, options, plan);
  const vsock = options.channel === 'vsock' ? await prepareVsock(options, qemu, caller) : null;
  const started = await prepareStart(
    start,
    { qemu, accelerator: 'tcg', sharedMemory: true, iommu, kernels },
    options,
    caller,
  );
  const { templates } = started;
  return {
    kernels,
    start: started.start,
    notice: noticeOfStart('virtual', options) ?? started.notice,
    silence: null,
    openVsock: async (place) => {
      if (vsock === null) return null;
      const { UserVsock } = await import('@coordinator/channel');
      return new UserVsock({ ...place, command: vsock });
    },
    open: (place) =>
      VirtualPlatform.start({
        ...place,
        qemu,
        exerciser: exerciserOf(plan),
        templates,
        standby: {
          cpus: options.cpus,
          memoryMiB: options.memory,
          options: vmmOptionsOf(options),
          kit: options.share ?? kernels[0].kit,
          files: options.files === undefined ? null : resolve(options.files),
          folder: join(place.folder, STANDBY_FOLDER),
          expected: options.guests,
        },
        deviceServer: files.deviceServer,
        accelerator: 'tcg',
      }),
  };
}

async function prepareHost(
  options: TestOptions,
  plan: PlanOfGuests,
  start: GuestStart,
  caller: SetUpCaller,
): Promise<PreparedGuests> {
  const exerciser = exerciserOf(plan);
  const wanted = (options.device ?? []).map(readBdf);
  const functions = chooseFunctions(exerciser, wanted, options.destroyData);
  const guests = Math.min(options.guests, functions.length);
  checkMemory({ guests, memoryMiB: options.memory }, totalmem() / 2 ** 20, 'this machine');
  const vmm = await findHostVmm(options);
  for (const { bdf } of functions) {
    const why = vmm.kind.whyNotFunction(bdf);
    if (why !== null)
      throw new CoordinatorError(`${vmm.kind.title} cannot give ${bdf} to a guest: ${why}`, {
        remedy: 'use another VMM, or choose others with --device',
      });
  }
  const kernels =
    packKernels(options, plan) ??
    (await prepareFiles({ ...options, modules: plan.device?.modules }, caller)).kernels;
  checkKernels(kernels, options, plan);
  const [{ kit }] = kernels;
  const { iommu } = plan;
  const { templates, ...started } =
    vmm.qemu === null
      ? ALL_BOOT
      : await prepareStart(
          start,
          { qemu: vmm.qemu, accelerator: 'kvm', sharedMemory: false, iommu, kernels },
          options,
          caller,
        );
  return {
    kernels,
    ...started,
    silence: findKernelSilence(functions),
    openVsock: async ({ marker }) => {
      if (options.channel !== 'vsock') return null;
      const { KernelVsock } = await import('@coordinator/channel');
      return KernelVsock.open({ bridge: join(kit, 'vsock-bridge'), marker });
    },
    open: async (place) =>
      HostPlatform.open({
        ...place,
        vmm: vmm.open(options.share ?? kit, templates),
        functions,
      }),
  };
}
