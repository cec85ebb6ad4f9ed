import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeTree } from '@coordinator/base/files';
import type { GuestEnd } from '@coordinator/life';
import { judgeRun, type Report, type StressPlan } from '@coordinator/shared/report';
import { STAYING_FOLDER } from '@coordinator/store';
import { describeMismatch, judgeFault } from '../chaos/index.ts';
import type { GuestHooks, RunningGuest } from '../guest/index.ts';
import { Pool } from '../platform/index.ts';
import {
  describeKernels,
  describeRun,
  endSignal,
  guestEnded,
  guestsHere,
  guestsOf,
  type MakeGuest,
  type RunGuest,
  RunRecorder,
  withRetries,
} from '../run/index.ts';
import { LogKeeper } from './log-keeper.ts';
import type { StressFrame, StressOptions } from './options.ts';
import { ProgressMaker } from './progress.ts';
import { makeRound, type Round } from './round.ts';
import { describeSlowness } from './slowness.ts';
import { Tally } from './tally.ts';

const PROGRESS_MS = 1000;
/** A guest that stays is replaced after so many rounds: what it has said so far stays on disk until then. */
const MAX_ROUNDS_OF_A_GUEST = 500;
/** So many rounds in a row, the first ones, in which nothing could be tested: nothing will. */
const HOPELESS_ROUNDS = 3;

/** Keeps guests at the plan until it has been enough. Never rejects. */
export function stress(options: StressOptions): Promise<Report> {
  return stressGuests(options, guestsHere(options));
}

/** The same, with guests that are made in another way. */
export function stressGuests(options: StressFrame, makeGuest: MakeGuest): Promise<Report> {
  return new StressRun(options, makeGuest).run();
}

class StressRun {
  readonly #options: StressFrame;
  readonly #makeGuest: MakeGuest;
  readonly #recorder: RunRecorder;
  readonly #signal: AbortSignal;
  readonly #tally: Tally;
  readonly #jobs: Pool<number>;
  readonly #members: ReadonlyMap<string, RunGuest>;
  readonly #startedAt = performance.now();
  #claimed = 0;
  #stopped: string | null = null;
  #hopeless = true;

  constructor(options: StressFrame, makeGuest: MakeGuest) {
    this.#options = options;
    this.#makeGuest = makeGuest;
    const log = new LogKeeper(options.log, (guest) => this.#recorder.builder.has(guest));
    this.#recorder = new RunRecorder([log.append, ...options.listeners]);
    this.#signal = endSignal(options);
    this.#tally = new Tally([...options.chaos.keys()]);
    this.#members = new Map(guestsOf(options).map((member) => [member.id, member]));
    this.#jobs = new Pool(Array.from({ length: options.jobs }, (_, index) => index));
  }

  async run(): Promise<Report> {
    const { notices, rampUpMs, seed } = this.#options;
    const { emit, builder } = this.#recorder;
    const slots = [...this.#members.keys()];
    const plan = this.#plan();
    emit({
      ...describeRun({ ...this.#options, seed }),
      guests: slots,
      stress: plan,
      ...describeKernels(this.#options),
    });
    for (const text of notices) emit({ type: 'run-notice', text });
    this.#options.platform.expect?.(Math.min(slots.length, this.#left));
    const progress = new ProgressMaker(plan, this.#tally);
    const tell = () =>
      emit({ type: 'stress-progress', stress: progress.make(this.#elapsed, builder.failuresDropped) });
    const timer = setInterval(tell, PROGRESS_MS);
    await Promise.all(slots.map((slot, index) => this.#keepGoing(slot, (index * rampUpMs) / slots.length)));
    clearInterval(timer);
    tell();
    const reason = this.#reason();
    const interrupted = this.#options.interrupt.aborted
      ? [{ outcome: 'error', error_kind: 'interrupted' } as const]
      : [];
    emit({ type: 'run-ended', ...judgeRun([...this.#tally.endings, ...interrupted], reason), reason });
    return builder.report();
  }

  /** What one guest of the run does: life after life, as long as there are rounds and a place for its VMM. */
  async #keepGoing(slot: string, delayMs: number): Promise<void> {
    try {
      await sleep(delayMs, undefined, { signal: this.#signal });
      for (;;) {
        const job = await this.#jobs.acquire(this.#signal);
        try {
          if (this.#options.mode === 'restart') this.#options.platform.expect?.(this.#left);
          const number = this.#claim();
          if (number === null) return;
          await this.#live(this.#begin(slot, number, true));
        } finally {
          this.#jobs.release(job);
        }
      }
    } catch (error) {
      // The end of the run, seen while waiting; anything else is not expected and ends it.
      if (!this.#signal.aborted) this.#stopped ??= String(error);
    }
  }

  /** One guest: a round or, in mode loop, as many as it takes. */
  async #live(first: Round): Promise<void> {
    const { folder, retries, plan, mode } = this.#options;
    const { emit } = this.#recorder;
    let round = first;
    this.#announce(first);
    // A guest that stays outlives its rounds' names: its folder gets the last one's when it is over.
    const place = join(folder, mode === 'loop' ? join(first.slot, STAYING_FOLDER) : first.id);
    const end = await withRetries<GuestEnd>({
      folder: place,
      retries,
      emit,
      signal: this.#signal,
      accept: () => round.fault?.struck ?? false,
      attempt: (number) => {
        // What is tried again is the round, not the fault.
        if (number > 1) round = { ...round, fault: null };
        const rounds = mode === 'loop' ? this.#roundsOf(round, (next) => (round = next)) : null;
        const hooks: GuestHooks = {
          machine: (machine) => round.fault?.machine(machine) ?? machine,
          started: (guest) => {
            rounds?.started(guest);
            round.fault?.started(guest);
          },
          message: (message) => round.fault?.message(message),
          ended: () => round.fault?.ended(),
          ...(rounds ? { rounds } : {}),
        };
        return this.#makeGuest({
          id: round.id,
          folder: place,
          member: this.#members.get(round.slot) ?? { id: round.slot, parts: {}, kernel: null },
          plan: { ...plan, tests: round.plan.tests },
          seed: round.seed,
          emit,
          signal: this.#signal,
          onUnreturned: (sentence: string) => (this.#stopped ??= sentence),
          stay: rounds !== null,
          hooks,
        }).run();
      },
    });
    // The console of a whole guest belongs to its last round, the one in which something may have happened.
    if (mode === 'loop') await rename(place, join(folder, round.id)).catch(() => {});
    await this.#end(end, round);
  }

  /** The rounds of a guest that stays; `onNext` is told of each but the first. */
  #roundsOf(first: Round, onNext: (round: Round) => void) {
    let current = first;
    let upcoming: Round | null = null;
    let count = 1;
    let guest: RunningGuest | null = null;
    return {
      started: (running: RunningGuest) => {
        guest = running;
      },
      next: (): Round | null => {
        const number = count < MAX_ROUNDS_OF_A_GUEST ? this.#claim() : null;
        if (number === null) return null;
        count += 1;
        upcoming = this.#begin(first.slot, number, false);
        return upcoming;
      },
      ended: (end: GuestEnd): void => {
        current.fault?.ended();
        void this.#end(end, current);
        if (!upcoming) return;
        current = upcoming;
        this.#announce(current);
        onNext(current);
        if (guest) current.fault?.started(guest);
      },
    };
  }

  #begin(slot: string, number: number, fresh: boolean): Round {
    const { emit } = this.#recorder;
    const round = makeRound(this.#options, { slot, number, fresh }, emit);
    this.#tally.begin();
    return round;
  }

  /** After the end of the round before it: a log that breaks off between the two tells of none that never was. */
  #announce(round: Round): void {
    const { emit } = this.#recorder;
    const kernel = this.#members.get(round.slot)?.kernel ?? null;
    emit({
      type: 'guest-begins',
      guest: round.id,
      seed: round.seed,
      repeat: this.#options.repeat(round.seed, kernel),
    });
  }

  /** Judges and counts a round, and clears away what is not kept of it. */
  async #end(end: GuestEnd, { id, fault }: Round): Promise<void> {
    const { emit, builder } = this.#recorder;
    const slowness = describeSlowness(end.agent_ms, this.#tally.agent.median);
    if (slowness) emit({ type: 'guest-warning', guest: id, warning: { kind: 'slow', line: slowness } });
    const interrupted = end.error_kind === 'interrupted';
    const verdict = fault?.struck && !interrupted ? judgeFault(fault.kind, end, slowness !== null) : null;
    const { outcome, error_kind, reason, boot_ms, agent_ms, duration_ms, crash } = end;
    const result = builder.guest(id);
    const flaky = outcome === 'pass' && result.attempts.length > 0;
    const mismatch = fault && verdict === 'missed' ? describeMismatch(fault.kind, end) : null;
    this.#tally.end(
      { ...result, outcome, error_kind, reason, flaky, ...(crash && { fingerprint: crash.fingerprint }) },
      {
        boot_ms,
        agent_ms,
        duration_ms,
        fault: fault && verdict ? { kind: fault.kind, verdict, mismatch } : null,
      },
    );
    emit(guestEnded(end, verdict));
    if (outcome !== 'error' || error_kind !== 'setup') this.#hopeless = false;
    await Promise.all(builder.takeForgotten().map((gone) => removeTree(join(this.#options.folder, gone))));
  }

  /** The number of a round that may begin now, or null when none may. */
  #claim(): number | null {
    if (this.#left === 0) return null;
    const { ended } = this.#tally;
    if (this.#hopeless && ended >= HOPELESS_ROUNDS) {
      this.#stopped = `the first ${ended} rounds could not be run`;
      return null;
    }
    this.#claimed += 1;
    return this.#claimed;
  }

  /** How many rounds may still begin, as far as it is known. */
  get #left(): number {
    const { rounds, durationMs, maxFailures } = this.#options;
    if (this.#stopped !== null || this.#signal.aborted) return 0;
    if (durationMs !== null && this.#elapsed >= durationMs) return 0;
    if (maxFailures > 0 && this.#tally.failures >= maxFailures) return 0;
    return rounds === null ? Number.POSITIVE_INFINITY : rounds - this.#claimed;
  }

  /** What is wrong with the run as a whole. */
  #reason(): string | null {
    const { failure } = this.#options;
    const { started, rounds_ended, interrupted } = this.#tally.counted();
    const lost = started - rounds_ended - interrupted;
    if (failure.aborted) return String(failure.reason);
    if (this.#stopped !== null) return this.#stopped;
    if (lost > 0) return `${lost} rounds began and never ended`;
    const { mismatched } = this.#tally;
    if (mismatched > 0)
      return `${mismatched} injected ${mismatched === 1 ? 'fault was' : 'faults were'} classified wrongly`;
    return null;
  }

  #plan(): StressPlan {
    const { mode, vary, seed, rounds, durationMs, jobs, retries, maxFailures } = this.#options;
    return { mode, vary, seed, rounds, duration_ms: durationMs, jobs, retries, max_failures: maxFailures };
  }

  get #elapsed(): number {
    return performance.now() - this.#startedAt;
  }
}
