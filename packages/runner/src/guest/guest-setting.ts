import type { VsockEndpoint, VsockProvider } from '@coordinator/channel';
import type { HoldWhen, Limits } from '@coordinator/life';
import type { LoginSetting } from '@coordinator/machine/console';
import type { GuestMachine, MachineParts, Share, VmmOptions } from '@coordinator/machine/vmm';
import type { UnstampedEvent } from '@coordinator/shared/event';
import type { Plan } from '@coordinator/shared/plan';
import type { Job } from '@coordinator/shared/plan/job';
import { FILES_TAG } from '@coordinator/template';
import type { Platform } from '../platform/index.ts';

const HEARTBEAT_MS = 1000;

/** What every guest of a run has in common. */
export interface GuestSetting extends MachineParts {
  readonly run: string;
  readonly platform: Platform;
  readonly vmmOptions?: VmmOptions;
  /** The guest kit, which every guest reads as the share `hostshare`. */
  readonly kit: string;
  /** The folder of `--files`, which every guest reads as the share `files`; none when absent. */
  readonly files?: string | null;
  readonly plan: Plan;
  readonly limits: Limits;
  /** How the agent is started from the guest's console; null for a RAM disk that starts it by itself. */
  readonly login?: LoginSetting | null;
  /** What to try, if no agent says hello. */
  readonly bootHint?: string | null;
  /** Where guests get their vsock from; null for those that report over the shared file. */
  readonly vsock?: VsockProvider | null;
  /** Guests wait for commands after the plan; see `Guest.send`. */
  readonly stay?: boolean;
  /** Guests stay for people after that, all of them or those that failed, until they are released. */
  readonly hold?: HoldWhen | null;
  /** Keep the guests' share folders after the run. */
  readonly keep: boolean;
  readonly emit: (event: UnstampedEvent) => void;
  /** Hears what guests print. Must not throw. */
  readonly onConsoleLine?: ((guest: string, line: string) => void) | undefined;
  /** Is told, in one sentence, of a device that is not as it was before a guest had it: an error of the run. */
  readonly onUnreturned?: (sentence: string) => void;
  /** Aborts with an {@link EarlyEnd} as its reason: every guest ends with it. */
  readonly signal: AbortSignal;
}

/** What a guest called `id` is made of, apart from what its run adds. */
export function makeMachine(setting: GuestSetting, id: string, results: string): GuestMachine {
  const {
    kernel,
    initrd,
    kernelArguments,
    kit,
    files = null,
    cpus,
    memoryMiB,
    login,
    plan,
    vmmOptions: options = {},
  } = setting;
  const shares: Share[] = [
    { tag: 'hostshare', folder: kit, readOnly: true },
    { tag: 'results', folder: results, readOnly: false },
    ...(files === null ? [] : [{ tag: FILES_TAG, folder: files, readOnly: true }]),
  ];
  const name = machineName(id);
  const parts = { kernel, initrd, kernelArguments, cpus, memoryMiB, shares, options };
  return { name, ...parts, iommu: plan.iommu, takesInput: Boolean(login) };
}

/** What its agent finds in its share. */
export function makeJob(setting: GuestSetting, guest: string, endpoint: VsockEndpoint | null): Job {
  const { run, plan, hold = null, files = null } = setting;
  const stay = setting.stay || hold !== null;
  const { exerciser, device, interrupts, tests } = plan;
  return {
    version: 1,
    run,
    guest,
    heartbeat_ms: HEARTBEAT_MS,
    exerciser,
    ...(device && { device }),
    interrupts,
    tests,
    ...(files === null ? {} : { files: true }),
    ...(stay ? { stay } : {}),
    ...(hold === null ? {} : { hold: true }),
    ...(endpoint ? { vsock_port: endpoint.port } : {}),
  };
}

/** Names sockets and processes: a round's has no slash in it. */
export function machineName(id: string): string {
  return id.replaceAll('/', '.');
}
