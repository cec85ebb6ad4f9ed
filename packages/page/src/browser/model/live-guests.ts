import type { GuestPhase, RunEvent, RunEventOf } from '@coordinator/shared/event';
import type { Outcome } from '@coordinator/shared/report';
import { slotOf } from '@coordinator/shared/report';

/** Outcomes of a guest's last rounds that are shown. */
const SHOWN_ROUNDS = 40;

/** What a guest does now; in a stress run, the round that is in it. */
export interface LiveGuest {
  /** The guest, `guest-1`. */
  readonly slot: string;
  /** Of its round, `guest-1/7`; the same as the slot where there are no rounds. */
  id: string;
  phase: GuestPhase;
  detail: string | null;
  /** When the phase began, and the try of it that runs; ms since the run's start. */
  since: number;
  startedAt: number | null;
  endedAt: number | null;
  limit_ms: number | null;
  rounds: Outcome[];
  pid: number | null;
}

type GuestEvent = Extract<RunEvent, { guest: string }>;

export class LiveGuests {
  readonly #slots = new Map<string, LiveGuest>();

  begin({ guests }: RunEventOf<'run-started'>): void {
    for (const slot of guests) this.#guest(slot);
  }

  /** By name, guest-10 behind guest-9. */
  get all(): LiveGuest[] {
    return [...this.#slots.values()].sort((a, b) => a.slot.localeCompare(b.slot, 'en', { numeric: true }));
  }

  apply(event: GuestEvent): void {
    const guest = this.#guest(slotOf(event.guest));
    if (event.guest !== guest.id && (event.type === 'guest-begins' || event.type === 'guest-phase'))
      Object.assign(guest, idle(guest.slot), { id: event.guest, rounds: guest.rounds });
    if (event.guest !== guest.id) return;
    switch (event.type) {
      case 'guest-started':
        guest.startedAt = event.at_ms;
        guest.pid = event.pid;
        break;
      case 'guest-phase':
        if (guest.phase !== event.phase) guest.since = event.at_ms;
        guest.phase = event.phase;
        guest.detail = event.detail;
        guest.limit_ms = event.limit_ms;
        break;
      case 'guest-retry':
        Object.assign(guest, idle(guest.slot), { id: guest.id, rounds: guest.rounds });
        break;
      case 'guest-ended':
        guest.phase = 'ended';
        guest.detail = null;
        guest.endedAt = event.at_ms;
        if (event.guest !== guest.slot) guest.rounds = [...guest.rounds, event.outcome].slice(-SHOWN_ROUNDS);
        break;
    }
  }

  #guest(slot: string): LiveGuest {
    const guest = this.#slots.get(slot) ?? idle(slot);
    this.#slots.set(slot, guest);
    return guest;
  }
}

function idle(slot: string): LiveGuest {
  return {
    slot,
    id: slot,
    phase: 'queued',
    detail: null,
    since: 0,
    startedAt: null,
    endedAt: null,
    limit_ms: null,
    rounds: [],
    pid: null,
  };
}
