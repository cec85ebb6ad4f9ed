import { availableParallelism, freemem } from 'node:os';
import { dirname } from 'node:path';
import { usageError } from '@coordinator/base/errors';
import { makeLimits } from '@coordinator/life';
import { VirtualPlatform } from '@coordinator/runner/platform';
import { changesOf, planOf, type SelfTestCase, type SelfTestResult, selfTest } from '@coordinator/selftest';
import type { Template } from '@coordinator/template';
import { files } from '../files.ts';
import { isInLab } from '../in-lab.ts';
import { KERNEL_ARGUMENTS } from '../kernel-arguments.ts';
import { version } from '../version.ts';
import type { Caller } from './caller.ts';
import { type FileOptions, prepareFiles, prepareTemplate } from './prepare-files.ts';
import { type PrepareRun, type RunResult, runSession } from './session.ts';

/** One processor is enough to notice, and boots in less time. */
const CPUS = 1;
const MEMORY_MIB = 192;
/** Guests wait for each other's device servers now and then: a few more than there are cores keep all of them busy. */
const JOBS_OF_A_CORE = 2;
const TOTAL_MS = 300_000;

export interface SelfTestRunOptions extends FileOptions {
  readonly cases: readonly SelfTestCase[];
  readonly runs: string;
  /** Guests at once. Absent: two for each core, as memory allows. */
  readonly jobs?: number;
  /** Only the tests that should notice, instead of the whole plan. */
  readonly short: boolean;
}

export interface SelfTestListener {
  onVerdict(result: SelfTestResult, done: number): void;
  /** All of them, unless it was interrupted. */
  onResults(results: readonly SelfTestResult[]): void;
}

/** Runs each case in a guest of its own. @throws CoordinatorError when nothing could be run. */
export function runSelfTest(
  options: SelfTestRunOptions,
  caller: Caller,
  listener: SelfTestListener,
): Promise<RunResult> {
  const { cases, short } = options;
  const jobs = options.jobs ?? Math.min(JOBS_OF_A_CORE * availableParallelism(), roomFor());
  const defects = new Map(
    cases.flatMap(({ name, broken }) => (broken.part === 'device' ? [[name, broken.defect] as const] : [])),
  );
  if (options.kernel !== undefined)
    throw usageError(
      'the drivers that the self-test breaks are built for the kernel of the set-up',
      'leave out --kernel',
    );
  const prepare: PrepareRun = async () => {
    const { kernel, initrd, kit, qemu, changedDrivers } = await prepareFiles(
      { ...options, changedDrivers: changesOf(cases) },
      caller,
    );
    const accelerator = 'tcg';
    const own = { kernelArguments: KERNEL_ARGUMENTS, accelerator, sharedMemory: true } as const;
    const machine = { qemu, kernel, initrd, kit, ...own };
    const size = { cpus: CPUS, memoryMiB: MEMORY_MIB };
    const templates: Template[] = [];
    for (const iommu of new Set(cases.map(({ plan }) => planOf(plan).iommu))) {
      const { template } = await prepareTemplate({ ...machine, ...size, iommu }, options, caller);
      if (template) templates.push(template);
    }
    return async (context) => {
      const { run, owner, runtimeFolder } = context;
      const platform = await VirtualPlatform.start({
        ...{ runtimeFolder, qemu, deviceServer: files.deviceServer },
        marker: { run, owner, runtime: dirname(runtimeFolder) },
        defectOf: (guest) => defects.get(guest) ?? null,
        accelerator: 'tcg',
        templates,
      });
      try {
        const { report, results } = await selfTest({
          ...context,
          ...{ cases, jobs, short, liar: files.liarBundle, drivers: changedDrivers ?? '' },
          ...{ kernel, initrd, kit, platform, kernelArguments: KERNEL_ARGUMENTS },
          ...{ cpus: CPUS, memoryMiB: MEMORY_MIB, keep: false, channel: 'file' },
          start: templates.length > 0 ? 'snapshot' : 'cold',
          coordinatorVersion: version,
          limits: makeLimits({
            guestCpus: jobs * CPUS,
            hostCpus: availableParallelism(),
            emulatedHost: isInLab(),
            totalMs: TOTAL_MS,
          }),
          onVerdict: (result, done) => listener.onVerdict(result, done),
        });
        if (!caller.interrupt.aborted) listener.onResults(results);
        return report;
      } finally {
        await platform.close();
      }
    };
  };
  // Each case names the plan that it is held to.
  return runSession(options, caller, prepare, planOf('default'));
}

/** Guests that the memory that is free has room for, with what QEMU itself takes. */
function roomFor(): number {
  return Math.max(1, Math.floor(freemem() / 2 ** 20 / (2 * MEMORY_MIB)));
}
