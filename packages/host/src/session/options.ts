import type { KeepRule } from '@coordinator/history/keep-rule';
import type { Iommu } from '@coordinator/lab';
import type { HoldWhen } from '@coordinator/life';
import type { ChaosRates } from '@coordinator/runner/chaos';
import type { Variation } from '@coordinator/runner/variation';
import type { ExerciserName } from '@coordinator/shared/plan';
import type { GuestStart } from '@coordinator/shared/report';
import type { VmmName } from '@coordinator/shared/vmm';
import type { LoginOptions } from './login.ts';
import type { Selection } from './select-tests.ts';
import type { VmmFlags } from './vmm-options.ts';

/** What says that guests run on the hosts of a fleet. */
export interface QueueOptions {
  /** `redis://…`, `rediss://…`, or `local`. */
  readonly queue?: string;
  /** The file of the fleet's key. */
  readonly key?: string;
  /** Labels that a host must have. */
  readonly on?: readonly string[];
  /** A host that is silent for so long is lost, ms. */
  readonly lostAfter?: number;
}

/** What a run of a plan in guests can be asked for, with all defaults filled in. Times in ms, memory in MiB. */
export interface TestOptions extends LoginOptions, Selection, VmmFlags, QueueOptions {
  readonly guests: number;
  /** VMMs at once. Absent: as many as this machine has use for. */
  readonly jobs?: number;
  readonly platform: 'auto' | 'virtual' | 'host' | 'lab';
  readonly iommu?: Iommu;
  readonly vmm: VmmName;
  readonly lkvm?: string;
  readonly device?: readonly string[];
  readonly channel: 'file' | 'vsock';
  /** Absent: from a snapshot where that can be done. */
  readonly start?: GuestStart;
  /** Absent: the exerciser's own. */
  readonly plan?: string;
  /** Absent: the plan's. */
  readonly exerciser?: ExerciserName;
  /** Disks may lose what they hold. */
  readonly destroyData: boolean;
  readonly qemu?: string;
  /** `debian:VERSION`, `source:VERSION`, folders and files; with more than one, each has guests of its own. */
  readonly kernel?: readonly string[];
  readonly initrd?: string;
  readonly share?: string;
  /** A folder that guests see, read-only, with the programs of tests. */
  readonly files?: string;
  readonly memory: number;
  readonly cpus: number;
  readonly timeout: number;
  readonly silence?: number;
  readonly seed?: number;
  readonly vary?: Variation;
  readonly retry: number;
  readonly reporter?: readonly string[];
  /** Where the time of each guest went is told at the end. */
  readonly timings?: boolean;
  readonly runs: string;
  /** The guests' kernel with what debuggers want. Absent: that of the build tree that `kernel` names. */
  readonly vmlinux?: string;
  /** Which runs stay at its end, beside those that did not pass. Absent: all. */
  readonly keepRuns?: KeepRule;
  readonly keep: boolean;
  /** Guests stay when their tests are over, each or those that failed, until `coordinator release`. Not for stress runs. */
  readonly hold?: HoldWhen;
  /** Where the run is shown while it goes on: `[HOST:]PORT`. */
  readonly serve?: string;
  /** Guests whose consoles are shown while they run. */
  readonly follow?: readonly string[];
  readonly color: boolean;
  readonly cache?: string;
}

/** More guests than this on one machine is a typing error. */
export const MAX_GUESTS = 256;

/** What is not given, of the command line and of the API. */
export const testDefaults = {
  guests: 1,
  platform: 'auto',
  vmm: 'qemu',
  channel: 'file',
  destroyData: false,
  memory: 256,
  cpus: 2,
  timeout: 300_000,
  retry: 0,
  runs: 'runs',
  keep: false,
  color: true,
  consoleLogin: false,
} as const satisfies Partial<TestOptions>;

/** What a stress run can be asked for beyond that. */
export interface StressRunOptions extends TestOptions {
  readonly mode: 'restart' | 'loop';
  /** At least one of `rounds` and `duration` is given. */
  readonly rounds?: number;
  /** No round begins after this time, ms. */
  readonly duration?: number;
  /** Time over which the guests first start, ms. Absent: 250 ms a guest. */
  readonly rampUp?: number;
  /** No round begins after so many failed; 0: go on to the end. */
  readonly maxFailures: number;
  /** How likely each fault is in a round; none when absent. */
  readonly chaos?: ChaosRates;
}

export const stressDefaults = {
  ...testDefaults,
  mode: 'restart',
  maxFailures: 0,
} as const satisfies Partial<StressRunOptions>;
