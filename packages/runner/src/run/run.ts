import { join } from 'node:path';
import type { GuestEnd } from '@coordinator/life';
import type { RunEvent, RunEventOf, UnstampedEvent } from '@coordinator/shared/event';
import type { Plan } from '@coordinator/shared/plan';
import type { GuestStart } from '@coordinator/shared/report';
import { type FaultVerdict, judgeRun, type Report } from '@coordinator/shared/report';
import type { GuestSetting } from '../guest/index.ts';
import type { Platform } from '../platform/index.ts';
import { Pool } from '../platform/index.ts';
import type { Variation } from '../variation.ts';
import { withRetries } from './attempts.ts';
import { endSignal } from './end-signal.ts';
import { describeKernels, type GuestsOfRun, guestsOf, type RunGuest } from './kernels.ts';
import { guestsHere, type MakeGuest } from './make-guest.ts';
import { RunRecorder } from './recorder.ts';
import { deriveSeed } from './seed.ts';
import { seedSteps, varyPlan } from './vary-plan.ts';

/** A run, wherever its guests are. */
export interface RunFrame extends GuestsOfRun {
  readonly run: string;
  readonly platform: Pick<Platform, 'vmm' | 'vmmVersion' | 'expect'> & { readonly name: string };
  readonly plan: Plan;
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

/** A run whose guests are under VMMs of this machine. */
export interface RunOptions extends RunFrame, Omit<GuestSetting, 'emit' | 'signal'> {
  readonly platform: Platform;
}

/** Runs the plan once in every guest, as many at the same time as there are jobs. Never rejects. */
export function run(options: RunOptions): Promise<Report> {
  return runGuests(options, guestsHere(options));
}

/** The same, with guests that are made in another way. */
export async function runGuests(options: RunFrame, makeGuest: MakeGuest): Promise<Report> {
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
    members.map(async (member, index) => {
      const { id } = member;
      const guestFolder = join(folder, id);
      const seed = seedOfGuest(options, member, index);
      const plan = planOf(options, seed);
      const request = { id, folder: guestFolder, member, plan, seed, emit, signal, onUnreturned };
      const attempt = () => makeGuest(request).run();
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
  options: Omit<RunFrame, 'guests'>,
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
function seedOfGuest({ seed = null }: RunFrame, member: RunGuest, index: number): number | null {
  if (member.seed !== undefined) return member.seed;
  return seed === null || index === 0 ? seed : deriveSeed(seed, `guest ${index + 1}`);
}

function planOf({ plan, vary = 'seeds' }: RunFrame, seed: number | null): Plan {
  return seed === null ? seedSteps(plan) : varyPlan(plan, seed, vary);
}
