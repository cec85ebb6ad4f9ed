import { join } from 'node:path';
import type { GuestEnd } from '@coordinator/life';
import type { RunEvent, RunEventOf, UnstampedEvent } from '@coordinator/shared/event';
import type { Plan } from '@coordinator/shared/plan';
import type { GuestStart } from '@coordinator/shared/report';
import { type FaultVerdict, judgeRun, type Report } from '@coordinator/shared/report';
import { Pool } from '../platform/pool.ts';
import type { Variation } from '../variation.ts';
import { withRetries } from './attempts.ts';
import { endSignal } from './end-signal.ts';
import { Guest } from './guest.ts';
import type { GuestSetting } from './guest-setting.ts';
import { describeKernels, type GuestsOfRun, guestsOf } from './kernels.ts';
import { RunRecorder } from './recorder.ts';
import { deriveSeed } from './seed.ts';
import { seedSteps, varyPlan } from './vary-plan.ts';

export interface RunOptions extends Omit<GuestSetting, 'emit' | 'signal'>, GuestsOfRun {
  /** The run's folder in the run store. */
  readonly folder: string;
  /** Guests that run at the same time; all unless given. */
  readonly jobs?: number;
  readonly command: readonly string[];
  readonly coordinatorVersion: string;
  readonly channel: 'file' | 'vsock';
  readonly start: GuestStart;
  /** What the plan's seeds, sizes and offsets are drawn from; null leaves the plan as it is. */
  readonly seed?: number | null;
  readonly vary?: Variation;
  /** How often a guest that was lost, hung or panicked is tried again. */
  readonly retries?: number;
  readonly listeners: ReadonlyArray<(event: RunEvent) => void>;
  /** The user wants an end. */
  readonly interrupt: AbortSignal;
  /** Aborts, with a sentence as its reason, when the run cannot be kept (for example the disk is full). */
  readonly failure: AbortSignal;
  readonly notices: readonly string[];
}

/** Runs the plan once in every guest, as many at the same time as there are jobs. Never rejects. */
export async function run(options: RunOptions): Promise<Report> {
  const recorder = new RunRecorder(options.listeners);
  const members = guestsOf(options);
  const ids = members.map(({ id }) => id);
  const { folder, retries = 0, notices } = options;
  const { emit } = recorder;
  emit({ ...describeRun(options), guests: ids, ...describeKernels(options) });
  for (const text of notices) emit({ type: 'run-notice', text });

  options.platform.expect?.(options.guests);
  const signal = endSignal(options);
  const jobs = new Pool(ids.slice(0, options.jobs));
  const unreturned: string[] = [];
  const onUnreturned = (sentence: string) => void unreturned.push(sentence);
  await Promise.all(
    members.map(async ({ id, parts }, index) => {
      const setting = { ...options, ...parts, plan: planOf(options, index), emit, signal, onUnreturned };
      const guestFolder = join(folder, id);
      const attempt = () => new Guest(id, guestFolder, setting).run();
      // At the end of the run nobody waits: each guest tells that it was ended.
      const job = await jobs.acquire(signal).catch(() => null);
      const end = await withRetries({ folder: guestFolder, retries, emit, signal, attempt });
      emit(guestEnded(end));
      if (job !== null) jobs.release(job);
    }),
  );

  const reason = options.failure.aborted ? String(options.failure.reason) : (unreturned[0] ?? null);
  const guests = ids.map((id) => recorder.builder.guest(id));
  emit({ type: 'run-ended', ...judgeRun(guests, reason), reason });
  return recorder.builder.report();
}

/** What is known of a run before it starts. */
export function describeRun(
  options: Omit<RunOptions, 'guests'>,
): Omit<RunEventOf<'run-started'>, 'at_ms' | 'guests'> {
  const { platform, plan, seed } = options;
  return {
    type: 'run-started',
    run: options.run,
    command: [...options.command],
    coordinator: options.coordinatorVersion,
    platform: platform.name,
    vmm: platform.vmm,
    vmm_version: platform.vmmVersion,
    channel: options.channel,
    start: options.start,
    plan: plan.name,
    exerciser: plan.exerciser,
    tests: [
      ...['probe', ...plan.excluded.map(({ name }) => name), ...plan.tests.map(({ name }) => name)],
      ...(plan.interrupts === 'none' ? [] : ['interrupts']),
    ],
    started: new Date().toISOString(),
    ...(seed === undefined || seed === null ? {} : { seed }),
  };
}

/** @param verdict what became of an injected fault, if there was one */
export function guestEnded(end: GuestEnd, verdict: FaultVerdict | null = null): UnstampedEvent {
  const { id, outcome, error_kind, reason, duration_ms, crash } = end;
  const judged = verdict === null ? {} : { verdict };
  const crashed = crash === null ? {} : { fingerprint: crash.fingerprint, trace: [...crash.trace] };
  return { type: 'guest-ended', guest: id, outcome, error_kind, reason, duration_ms, ...crashed, ...judged };
}

/** The first guest's plan is the seed's own, so that it can be repeated alone. */
function planOf({ plan, seed = null, vary = 'seeds' }: RunOptions, index: number): Plan {
  if (seed === null) return seedSteps(plan);
  return varyPlan(plan, index === 0 ? seed : deriveSeed(seed, `guest ${index + 1}`), vary);
}
