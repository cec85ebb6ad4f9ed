const WINDOW_MS = 20_000;

interface Sample {
  readonly at: number;
  readonly rounds: number;
  readonly transactions: number;
  readonly interrupts: number;
}

export interface Rates {
  readonly guests_per_minute: number;
  readonly transactions_per_second: number;
  readonly interrupts_per_second: number;
}

/** How fast counters grow: over all the time, and over the last seconds of it. */
export class RateMeter {
  #samples: Sample[] = [{ at: 0, rounds: 0, transactions: 0, interrupts: 0 }];
  readonly #first = this.#samples[0] as Sample;

  /** @param sample counters at `at` milliseconds since the start */
  update(sample: Sample): { readonly overall: Rates; readonly recent: Rates } {
    this.#samples.push(sample);
    // The window starts at the last sample that is older than it is long.
    const start = this.#samples.findLastIndex(({ at }) => at <= sample.at - WINDOW_MS);
    if (start > 0) this.#samples = this.#samples.slice(start);
    return {
      overall: ratesBetween(this.#first, sample),
      recent: ratesBetween(this.#samples[0] ?? this.#first, sample),
    };
  }
}

function ratesBetween(from: Sample, to: Sample): Rates {
  const seconds = Math.max(0.001, (to.at - from.at) / 1000);
  const rate = (count: number, per: number) => Math.round((count * per * 100) / seconds) / 100;
  return {
    guests_per_minute: rate(to.rounds - from.rounds, 60),
    transactions_per_second: rate(to.transactions - from.transactions, 1),
    interrupts_per_second: rate(to.interrupts - from.interrupts, 1),
  };
}
