import type { GuestPhase, RunEvent } from '@coordinator/shared/event';
import { type Outcome, type StressResult, slotOf } from '@coordinator/shared/report';
import { bdfOf } from '../../facts/guest.ts';

/** What the live view shows of a guest. Times are milliseconds since the run's start. */
export interface BoardGuest {
  readonly id: string;
  bdf: string | null;
  phase: GuestPhase;
  phaseSince: number;
  phaseLimit_ms: number | null;
  /** What the phase waits for, or the test that runs. */
  detail: string | null;
  testsDone: number;
  testsFailed: number;
  transactions: number;
  warnings: number;
  /** Tries, this one included. */
  attempt: number;
  startedAt: number | null;
  ended: { readonly outcome: Outcome; readonly reason: string | null; readonly duration_ms: number } | null;
}

/** The state of a run between two events, for drawing. */
export class Board {
  run = '';
  /** Tests that each guest will run. */
  tests = 0;
  readonly guests = new Map<string, BoardGuest>();
  /** A stress run: guests go through round after round. */
  stress = false;
  /** Its last figures. */
  figures: StressResult | null = null;

  apply(event: RunEvent): void {
    if (event.type === 'stress-progress') this.figures = event.stress;
    if (event.type === 'run-started') {
      this.run = event.run;
      this.stress = event.stress !== undefined;
      this.tests = event.tests.length;
      for (const id of event.guests) this.#guest(id, event.at_ms);
    } else if ('guest' in event) applyTo(this.#guest(event.guest, event.at_ms), event);
  }

  /** A line belongs to a guest, and shows the round it is in. */
  #guest(id: string, at_ms: number): BoardGuest {
    const slot = slotOf(id);
    const known = this.guests.get(slot);
    if (known?.id === id) return known;
    const guest: BoardGuest = {
      id,
      bdf: null,
      phase: 'queued',
      phaseSince: at_ms,
      phaseLimit_ms: null,
      detail: null,
      testsDone: 0,
      testsFailed: 0,
      transactions: 0,
      warnings: 0,
      attempt: 1,
      startedAt: null,
      ended: null,
    };
    this.guests.set(slot, guest);
    return guest;
  }
}

function applyTo(guest: BoardGuest, event: Extract<RunEvent, { guest: string }>): void {
  switch (event.type) {
    case 'guest-started':
      guest.startedAt = event.at_ms;
      guest.bdf = bdfOf(event.device);
      break;
    case 'guest-device':
      guest.bdf = bdfOf(event.device);
      break;
    case 'guest-retry':
      guest.testsDone = 0;
      guest.testsFailed = 0;
      guest.transactions = 0;
      guest.detail = event.reason;
      guest.attempt += 1;
      break;
    case 'guest-phase':
      guest.phase = event.phase;
      guest.phaseSince = event.at_ms;
      guest.phaseLimit_ms = event.limit_ms;
      guest.detail = event.detail;
      break;
    case 'guest-held':
      guest.phase = 'held';
      guest.phaseSince = event.at_ms;
      guest.phaseLimit_ms = null;
      guest.detail = event.reason;
      break;
    case 'guest-test':
      // Sub-tests come behind the test that counts.
      if (event.test.parent !== undefined) break;
      guest.testsDone += 1;
      if (event.test.outcome === 'fail') guest.testsFailed += 1;
      guest.transactions += event.test.transactions;
      break;
    case 'guest-warning':
      guest.warnings += 1;
      break;
    case 'guest-ended':
      guest.ended = event;
      break;
    default:
      break;
  }
}
