import {
  exitCodeOf,
  type GuestResult,
  KeptRounds,
  type Report,
  type StressResult,
  worstExitCode,
  worstOutcome,
} from '../report/index.ts';
import type { RunEvent, RunEventOf } from './event.ts';
import { PhaseClock } from './phase-clock.ts';

/** Makes a run's report out of its events, also when the last of them are missing because the coordinator died. */
export class ReportBuilder {
  #run: RunEventOf<'run-started'> | undefined;
  #ended: RunEventOf<'run-ended'> | undefined;
  #lastAt = 0;
  readonly #guests = new Map<string, GuestDraft>();
  readonly #running = new Set<string>();
  #together = 0;
  readonly #kept = new KeptRounds();
  #stress: StressResult | undefined;
  #forgotten: string[] = [];

  apply(event: RunEvent): void {
    this.#lastAt = Math.max(this.#lastAt, event.at_ms);
    if (event.type === 'run-started') {
      this.#run = event;
      // The rounds of a stress run make themselves known.
      if (!event.stress) for (const id of event.guests) this.#guests.set(id, newDraft(id));
    } else if (event.type === 'run-ended') {
      this.#ended = event;
    } else if (event.type === 'stress-progress') {
      this.#stress = { ...event.stress, outcomes: { ...event.stress.outcomes } };
    } else if (event.type !== 'run-notice') {
      const draft = this.#guests.get(event.guest) ?? newDraft(event.guest);
      this.#guests.set(event.guest, draft);
      applyToGuest(draft, event);
      this.#count(event.type, event.guest);
      if (event.type === 'guest-ended' && this.#run?.stress) this.#endRound(draft.result);
    }
  }

  #count(type: RunEvent['type'], guest: string): void {
    if (type === 'guest-started') this.#running.add(guest);
    else if (type === 'guest-ended' || type === 'guest-retry') this.#running.delete(guest);
    this.#together = Math.max(this.#together, this.#running.size);
  }

  /** The guest's result so far. */
  guest(id: string): GuestResult {
    return finish(this.#guests.get(id) ?? newDraft(id), this.#lastAt);
  }

  /** Whether the report will tell of this guest. A stress run forgets rounds that there is nothing to say about. */
  has(id: string): boolean {
    return this.#guests.has(id);
  }

  /** Whether a round of a stress run ended as one to look into, and is kept. */
  isKeptFailure(id: string): boolean {
    return this.#kept.isFailure(id);
  }

  /** Ids of the rounds that were forgotten since the last call. */
  takeForgotten(): string[] {
    const forgotten = this.#forgotten;
    this.#forgotten = [];
    return forgotten;
  }

  /** How many failed rounds were forgotten because there were too many. */
  get failuresDropped(): number {
    return this.#kept.dropped;
  }

  /** @throws Error when no `run-started` was seen. */
  report(): Report {
    const run = this.#run;
    if (!run) throw new Error('the events hold no start of a run');
    const guests = [...this.#guests.values()].map((draft) => finish(draft, this.#lastAt));
    if (run.stress) guests.sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
    const ended = this.#ended;
    const stress = this.#stress;
    return {
      version: 1,
      run: run.run,
      command: run.command,
      coordinator: run.coordinator,
      platform: run.platform,
      vmm: run.vmm,
      vmm_version: run.vmm_version,
      channel: run.channel,
      start: run.start,
      plan: run.plan,
      ...(run.exerciser && { exerciser: run.exerciser }),
      ...(run.kernels && { kernels: run.kernels }),
      outcome: ended?.outcome ?? worstOutcome(guests.map((guest) => guest.outcome)),
      exit_code: ended?.exit_code ?? worstExitCode(guests.map(exitCodeOf)),
      reason: ended ? ended.reason : 'the coordinator ended before the run did',
      started: run.started,
      duration_ms: Math.round(ended?.at_ms ?? this.#lastAt),
      guests_together: this.#together,
      ...(run.seed === undefined ? {} : { seed: run.seed }),
      ...(stress
        ? {
            rounds: stress.rounds_ended,
            transactions: stress.transactions,
            guests_per_minute: stress.guests_per_minute,
            outcomes: stress.outcomes,
          }
        : {}),
      guests,
      ...(stress ? { stress } : {}),
    };
  }

  /** Counts what came after the last figures, and forgets what need not be kept. */
  #endRound(result: GuestResult): void {
    const stress = this.#stress;
    if (stress && result.error_kind !== 'interrupted') {
      stress.rounds_ended += 1;
      stress.started = Math.max(stress.started, stress.rounds_ended);
      stress.outcomes[result.outcome] += 1;
      stress.transactions += result.tests.reduce((sum, test) => sum + test.transactions, 0);
      stress.interrupts += result.interrupts?.device_total ?? 0;
    }
    for (const id of this.#kept.add(result)) {
      this.#guests.delete(id);
      this.#forgotten.push(id);
    }
  }
}

interface GuestDraft {
  result: GuestResult;
  clock: PhaseClock;
  startedAt: number | null;
  ended: boolean;
}

function newDraft(id: string): GuestDraft {
  return {
    result: {
      id,
      outcome: 'error',
      error_kind: 'setup',
      reason: null,
      boot_ms: null,
      duration_ms: 0,
      kernel: null,
      device: { host_bdf: null, guest_bdf: null, driver: null, node: null },
      tests: [],
      interrupts: null,
      warnings: [],
      artifacts: [],
      attempts: [],
      flaky: false,
      fault: null,
    },
    clock: new PhaseClock(),
    startedAt: null,
    ended: false,
  };
}

type GuestEvent = Extract<RunEvent, { guest: string }>;

function applyToGuest(draft: GuestDraft, event: GuestEvent): void {
  const { result } = draft;
  switch (event.type) {
    case 'guest-placed':
      result.host = event.host;
      break;
    case 'guest-started':
      draft.startedAt = event.at_ms;
      result.error_kind = 'lost';
      result.device = event.device;
      if (event.start) result.start = event.start;
      if (event.vmm_command) result.vmm_command = event.vmm_command;
      break;
    case 'guest-hello':
      result.boot_ms = event.boot_ms;
      result.kernel = event.kernel;
      break;
    case 'guest-device':
      result.device = event.device;
      break;
    case 'guest-test':
      result.tests.push(event.test);
      break;
    case 'guest-interrupts':
      result.interrupts = event.interrupts;
      break;
    case 'guest-warning':
      result.warnings.push(event.warning);
      break;
    case 'guest-artifact':
      result.artifacts.push(event.name);
      break;
    case 'guest-begins':
      result.seed = event.seed;
      result.repeat = event.repeat;
      break;
    case 'guest-fault':
      result.fault = { kind: event.kind, verdict: null };
      break;
    case 'guest-retry': {
      const { outcome, error_kind, reason, duration_ms } = event;
      const { host } = result;
      const attempt = {
        ...{ outcome, error_kind, reason, duration_ms: Math.round(duration_ms) },
        ...(host === undefined ? {} : { host }),
      };
      const next = newDraft(result.id);
      next.result.attempts.push(...result.attempts, attempt);
      const { seed, repeat } = result;
      if (seed !== undefined) next.result.seed = seed;
      if (repeat !== undefined) next.result.repeat = repeat;
      draft.result = next.result;
      draft.clock = next.clock;
      draft.startedAt = null;
      break;
    }
    case 'guest-ended':
      draft.ended = true;
      draft.clock.end(event.at_ms);
      if (draft.clock.times.length > 0) result.phases = [...draft.clock.times];
      result.outcome = event.outcome;
      result.error_kind = event.error_kind;
      result.reason = event.reason;
      result.duration_ms = Math.round(event.duration_ms);
      if (event.fingerprint !== undefined) result.fingerprint = event.fingerprint;
      if (event.trace !== undefined) result.trace = event.trace;
      result.flaky = event.outcome === 'pass' && result.attempts.length > 0;
      if (result.fault) result.fault = { ...result.fault, verdict: event.verdict ?? null };
      break;
    case 'guest-channel':
      result.channel = event.channel;
      break;
    case 'guest-phase':
      draft.clock.enter(event.phase, event.at_ms);
      break;
    case 'guest-held':
      draft.clock.enter('held', event.at_ms);
      break;
    case 'guest-round':
    case 'guest-log':
      break;
  }
}

function finish(draft: GuestDraft, lastAt: number): GuestResult {
  if (draft.ended) return draft.result;
  const reason = draft.startedAt === null ? 'never started' : 'the coordinator ended before the guest did';
  return { ...draft.result, reason, duration_ms: Math.round(lastAt - (draft.startedAt ?? lastAt)) };
}
