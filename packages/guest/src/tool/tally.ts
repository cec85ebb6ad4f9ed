import { type LatencyBuckets, LatencyHistogram } from '@coordinator/shared/latency';
import type { ToolResult } from './output-parser.ts';

/** EINVAL: the engine refused the frame, and raised no interrupt. */
const MISCONFIGURED = 22;

/** Counts one run's results, any number of them in bounded memory. */
export class ResultTally {
  readonly #latency = new LatencyHistogram();
  #good = 0;
  #goodSeconds = 0;
  #misconfigured = 0;
  #aborted = 0;
  #firstBad: ToolResult | null = null;
  #lastId = 0;
  #disorder: string | null = null;
  readonly #overlapping: boolean;

  /** @param overlapping whether results may come in another order than transactions began */
  constructor(overlapping = false) {
    this.#overlapping = overlapping;
  }

  add(result: ToolResult): void {
    if (result.duration_us !== null) this.#latency.add(result.duration_us);
    this.#noteOrder(result.transaction);
    if (result.status === 0) {
      this.#good += 1;
      if (result.isSecond) this.#goodSeconds += 1;
      return;
    }
    if (result.status === MISCONFIGURED) this.#misconfigured += 1;
    else this.#aborted += 1;
    this.#firstBad ??= result;
  }

  get total(): number {
    return this.#good + this.#misconfigured + this.#aborted;
  }

  /** With status 0. */
  get good(): number {
    return this.#good;
  }

  /** Of those, the second results of P2P transactions. */
  get goodSeconds(): number {
    return this.#goodSeconds;
  }

  get misconfigured(): number {
    return this.#misconfigured;
  }

  /** With any other status. */
  get aborted(): number {
    return this.#aborted;
  }

  /** The first result whose status was not 0. */
  get firstBad(): ToolResult | null {
    return this.#firstBad;
  }

  /** What is wrong with the transactions' ids, which a driver counts up; null when nothing is. */
  get disorder(): string | null {
    return this.#disorder;
  }

  durations(): { min: number; median: number; max: number } | null {
    return this.#latency.summary();
  }

  /** Of every result that told its duration. */
  latency(): LatencyBuckets {
    return this.#latency.buckets();
  }

  #noteOrder(id: number): void {
    if (id === this.#lastId || (id < this.#lastId && !this.#overlapping))
      this.#disorder ??= `printed transaction ${id} after transaction ${this.#lastId}`;
    this.#lastId = id;
  }
}
