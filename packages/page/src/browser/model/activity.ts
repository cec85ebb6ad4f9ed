import type { RunEvent } from '@coordinator/shared/event';
import type { InterruptsResult, StressResult } from '@coordinator/shared/report';
import { Bins } from './bins.ts';

/** Curves over the run: x in seconds since its start, each line a list of the same length. */
export interface Curves {
  readonly x: readonly number[];
  readonly lines: ReadonlyArray<{ readonly name: string; readonly y: ReadonlyArray<number | null> }>;
}

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
  /** Interrupts of all guests so far, by vector and CPU. */
  readonly matrix = new Map<number, Map<number, number>>();

  apply(event: RunEvent): void {
    if (event.type === 'stress-progress')
      this.#figures.push({ at: event.at_ms / 1000, stress: event.stress });
    else if (event.type === 'guest-test') {
      this.#transactions.add(event.at_ms, event.test.transactions);
      if (event.test.interrupts !== undefined) this.#interrupts.add(event.at_ms, event.test.interrupts);
    } else if (event.type === 'guest-interrupts') this.#addMatrix(event.at_ms, event.interrupts);
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
    const lines = Array.from({ length: vectors }, (_, vector) => ({
      name: `vector ${vector}`,
      y: this.#figures.map(({ at, stress }, index) => {
        const before = this.#figures[index - 1];
        if (!before || at <= before.at) return null;
        return ((stress.vectors[vector] ?? 0) - (before.stress.vectors[vector] ?? 0)) / (at - before.at);
      }),
    }));
    return { x, lines };
  }

  /** Interrupts a second on each CPU of the guests. They say so at their end, for the time since then. */
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

  #addMatrix(at_ms: number, { cpus, rows }: InterruptsResult): void {
    for (const [vector, { delta }] of rows.entries()) {
      const row = this.matrix.get(vector) ?? new Map<number, number>();
      this.matrix.set(vector, row);
      for (const [index, count] of delta.entries()) {
        const cpu = cpus[index] ?? index;
        row.set(cpu, (row.get(cpu) ?? 0) + count);
        const bins = this.#byCpu.get(cpu) ?? new Bins();
        this.#byCpu.set(cpu, bins);
        bins.add(at_ms, count);
      }
    }
  }
}
