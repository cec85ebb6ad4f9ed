import type { RunEvent, RunEventOf } from '../event/event.ts';
import { exitCodeOf, exitCodes, worstExitCode, worstOutcome } from './exit-code.ts';
import type { GuestResult, Report } from './report.ts';

/** Makes a run's report out of its events, also when the last of them are missing because the coordinator died. */
export class ReportBuilder {
  #run: RunEventOf<'run-started'> | undefined;
  #ended: RunEventOf<'run-ended'> | undefined;
  #lastAt = 0;
  readonly #guests = new Map<string, GuestDraft>();

  apply(event: RunEvent): void {
    this.#lastAt = Math.max(this.#lastAt, event.at_ms);
    if (event.type === 'run-started') {
      this.#run = event;
      for (const id of event.guests) this.#guests.set(id, newDraft(id));
    } else if (event.type === 'run-ended') {
      this.#ended = event;
    } else if (event.type !== 'run-notice') {
      const draft = this.#guests.get(event.guest) ?? newDraft(event.guest);
      this.#guests.set(event.guest, draft);
      applyToGuest(draft, event);
    }
  }

  /** The guest's result so far. */
  guest(id: string): GuestResult {
    return finish(this.#guests.get(id) ?? newDraft(id), this.#lastAt);
  }

  /** @throws Error when no `run-started` was seen. */
  report(): Report {
    const run = this.#run;
    if (!run) throw new Error('the events hold no start of a run');
    const guests = [...this.#guests.values()].map((draft) => finish(draft, this.#lastAt));
    const ended = this.#ended;
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
      outcome: ended?.outcome ?? worstOutcome(guests.map((guest) => guest.outcome)),
      exit_code: ended?.exit_code ?? worstExitCode(guests.map(exitCodeOf)),
      reason: ended ? ended.reason : 'the coordinator ended before the run did',
      started: run.started,
      duration_ms: Math.round(ended?.at_ms ?? this.#lastAt),
      guests,
    };
  }
}

/** What a run with these guest results comes to. */
export function judgeRun(
  guests: readonly GuestResult[],
  reason: string | null,
): Pick<Report, 'outcome' | 'exit_code'> {
  const outcome = worstOutcome([
    ...guests.map((guest) => guest.outcome),
    ...(reason ? (['error'] as const) : []),
  ]);
  const codes = [...guests.map(exitCodeOf), ...(reason ? [exitCodes.unavailable] : [])];
  return { outcome, exit_code: worstExitCode(codes) };
}

interface GuestDraft {
  readonly result: GuestResult;
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
    },
    startedAt: null,
    ended: false,
  };
}

type GuestEvent = Extract<RunEvent, { guest: string }>;

function applyToGuest(draft: GuestDraft, event: GuestEvent): void {
  const { result } = draft;
  switch (event.type) {
    case 'guest-started':
      draft.startedAt = event.at_ms;
      result.error_kind = 'lost';
      result.device = event.device;
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
    case 'guest-ended':
      draft.ended = true;
      result.outcome = event.outcome;
      result.error_kind = event.error_kind;
      result.reason = event.reason;
      result.duration_ms = Math.round(event.duration_ms);
      break;
    case 'guest-channel':
      result.channel = event.channel;
      break;
    case 'guest-round':
    case 'guest-phase':
    case 'guest-log':
      break;
  }
}

function finish(draft: GuestDraft, lastAt: number): GuestResult {
  if (draft.ended) return draft.result;
  const reason = draft.startedAt === null ? 'never started' : 'the coordinator ended before the guest did';
  return { ...draft.result, reason, duration_ms: Math.round(lastAt - (draft.startedAt ?? lastAt)) };
}
