import type { RunEvent } from '@coordinator/shared/event';
import type { GuestResult } from '@coordinator/shared/report';

/** From the run's start, in ms. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** When what happened, by the events of a run; where there are none, as the report's times add up. */
export class RunTimes {
  readonly #begun = new Map<string, number>();
  readonly #tests = new Map<string, number[]>();

  take(event: RunEvent): void {
    if (!('guest' in event)) return;
    const { guest, at_ms: at } = event;
    if (event.type === 'guest-retry') this.forget(guest);
    else if (!this.#begun.has(guest)) this.#begun.set(guest, at);
    if (event.type === 'guest-test') this.#tests.set(guest, [...(this.#tests.get(guest) ?? []), at]);
  }

  forget(guest: string): void {
    this.#begun.delete(guest);
    this.#tests.delete(guest);
  }

  /** A guest's whole life, from its place in the queue on. */
  guest({ id, phases = [], duration_ms: duration }: GuestResult): Interval {
    const from = this.#begun.get(id) ?? 0;
    const spent = phases.reduce((sum, { duration_ms }) => sum + duration_ms, 0);
    return { from, to: from + Math.max(spent, duration) };
  }

  /** Its phases, in order. */
  phases(guest: GuestResult): Interval[] {
    let at = this.guest(guest).from;
    return (guest.phases ?? []).map(({ duration_ms }) => {
      const from = at;
      at += duration_ms;
      return { from, to: at };
    });
  }

  /** Its tests, in order: each ended when it was told of. */
  tests(guest: GuestResult): Interval[] {
    const ends = this.#tests.get(guest.id) ?? [];
    const testing = (guest.phases ?? []).findIndex(({ phase }) => phase === 'tests');
    let at = this.phases(guest)[testing]?.from ?? this.guest(guest).from;
    return guest.tests.map(({ duration_ms }, index) => {
      const to = ends[index] ?? at + duration_ms;
      at = to;
      return { from: to - duration_ms, to };
    });
  }
}
