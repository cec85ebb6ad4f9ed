import type { StressPlan, StressResult } from '@coordinator/shared/report';
import { HostLoad } from './host-load.ts';
import { RateMeter } from './rates.ts';
import type { Tally } from './tally.ts';

/** Puts together all figures of a run as they are now. */
export class ProgressMaker {
  readonly #plan: StressPlan;
  readonly #tally: Tally;
  readonly #host = new HostLoad();
  readonly #rates = new RateMeter();

  constructor(plan: StressPlan, tally: Tally) {
    this.#plan = plan;
    this.#tally = tally;
  }

  make(elapsedMs: number, failuresDropped: number): StressResult {
    const counted = this.#tally.counted();
    const { rounds_ended: rounds, transactions, interrupts } = counted;
    const { overall, recent } = this.#rates.update({ at: elapsedMs, rounds, transactions, interrupts });
    return {
      ...this.#plan,
      ...counted,
      ...overall,
      recent,
      failures_dropped: failuresDropped,
      elapsed_ms: Math.round(elapsedMs),
      eta_ms: this.#eta(elapsedMs, rounds, recent.guests_per_minute || overall.guests_per_minute),
      host: this.#host.sample(),
    };
  }

  /** Milliseconds until the run ends, by its own limits; null when that cannot be said yet. */
  #eta(elapsedMs: number, ended: number, perMinute: number): number | null {
    const { rounds, duration_ms } = this.#plan;
    const byRounds = rounds === null || perMinute === 0 ? null : ((rounds - ended) * 60_000) / perMinute;
    const byTime = duration_ms === null ? null : Math.max(0, duration_ms - elapsedMs);
    const known = [byRounds, byTime].filter((eta) => eta !== null);
    return known.length === 0 ? null : Math.round(Math.min(...known));
  }
}
