import type { RunEvent } from '@coordinator/shared/event';
import type { InterruptsResult, StressResult } from '@coordinator/shared/report';
import { Bins } from './bins.ts';

/** Curves over the run: x in seconds since its start, each line a list of the same length. */
export interface Curves {
  readonly x: readonly number[];
  readonly lines: ReadonlyArray<{ readonly name: string; readonly y: ReadonlyArray<number | null> }>;
}

/** Figures count a round at its end: over so many seconds that is smoothed. */
const WINDOW_S = 20;

interface Figures {
  readonly at: number;
  readonly stress: Pick<StressResult, 'recent' | 'vectors' | 'guests_per_minute'>;
}

/** How many transactions and interrupts there were when, as far as events say it. */
export class Activity {
  readonly #transactions = new Bins();
  readonly #interrupts = new Bins();
  readonly #byCpu = new Map<number, Bins>();
  readonly #figures: Figures[] = [];
  /** When the tests of a guest began. */
  readonly #begun = new Map<string, number>();
  /** Interrupts of all guests so far, by vector and CPU. */
  readonly matrix = new Map<number, Map<number, number>>();

  apply(event: RunEvent): void {
    if (event.type === 'stress-progress')
      this.#figures.push({ at: event.at_ms / 1000, stress: event.stress });
    else if (event.type === 'guest-test') {
      this.#transactions.add(event.at_ms, event.test.transactions);
      if (event.test.interrupts !== undefined) this.#interrupts.add(event.at_ms, event.test.interrupts);
    } else if (event.type === 'guest-phase' && event.phase === 'tests') {
      if (!this.#begun.has(event.guest)) this.#begun.set(event.guest, event.at_ms);
    } else if (event.type === 'guest-interrupts') {
      const { guest, at_ms, interrupts } = event;
      this.#addMatrix(this.#begun.get(guest) ?? at_ms, at_ms, interrupts);
    } else if (event.type === 'guest-ended' || event.type === 'guest-retry') this.#begun.delete(event.guest);
  }

  /** Transactions and interrupts a second. */
  get rates(): Curves {
    if (this.#figures.length > 0) {
      const recent = this.#figures.map(({ stress }) => stress.recent);
      return {
        x: this.#figures.map(({ at }) => at),
        lines: [
          { name: 'transactions', y: recent.map((one) => one.transactions_per_second) },
          { name: 'interrupts', y: recent.map((one) => one.interrupts_per_second) },
        ],
      };
    }
    const x = this.#transactions.times(this.#interrupts);
    return {
      x,
      lines: [
        { name: 'transactions', y: this.#transactions.rates(x) },
        { name: 'interrupts', y: this.#interrupts.rates(x) },
      ],
    };
  }

  /** Interrupts a second of each vector, of a stress run: from one of its figures to the next. */
  get byVector(): Curves {
    const x = this.#figures.map(({ at }) => at);
    const vectors = this.#figures.at(-1)?.stress.vectors.length ?? 0;
    const windows = this.#windows();
    const lines = Array.from({ length: vectors }, (_, vector) => ({
      name: `vector ${vector}`,
      y: windows.map((window) => {
        if (!window) return null;
        const { before, now } = window;
        const count = (now.stress.vectors[vector] ?? 0) - (before.stress.vectors[vector] ?? 0);
        return count / (now.at - before.at);
      }),
    }));
    return { x, lines };
  }

  /** Each figure with the first one in the time before it; null where there is none. Both only ever go on. */
  #windows() {
    let from = 0;
    return this.#figures.map((now, index) => {
      while (from < index && (this.#figures[from]?.at ?? 0) < now.at - WINDOW_S) from += 1;
      const before = this.#figures[from];
      return before && from < index && now.at > before.at ? { before, now } : null;
    });
  }

  /** Interrupts a second on each CPU of the guests, who say at their end how many there were in their tests. */
  get byCpu(): Curves {
    const cpus = [...this.#byCpu].sort(([a], [b]) => a - b);
    const [first, ...others] = cpus.map(([, bins]) => bins);
    const x = first?.times(...others) ?? [];
    return { x, lines: cpus.map(([cpu, bins]) => ({ name: `CPU ${cpu}`, y: bins.rates(x) })) };
  }

  /** Guests a minute, of a stress run. */
  get guestsPerMinute(): Curves {
    const y = this.#figures.map(({ stress }) => stress.recent.guests_per_minute);
    return { x: this.#figures.map(({ at }) => at), lines: [{ name: 'guests a minute', y }] };
  }

  #addMatrix(from_ms: number, to_ms: number, { cpus, rows }: InterruptsResult): void {
    for (const [vector, { delta }] of rows.entries()) {
      const row = this.matrix.get(vector) ?? new Map<number, number>();
      this.matrix.set(vector, row);
      for (const [index, count] of delta.entries()) {
        const cpu = cpus[index] ?? index;
        row.set(cpu, (row.get(cpu) ?? 0) + count);
        const bins = this.#byCpu.get(cpu) ?? new Bins();
        this.#byCpu.set(cpu, bins);
        bins.addOver(from_ms, to_ms, count);
      }
    }
  }
}
