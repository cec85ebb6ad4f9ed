import { HalfOctaves } from '@coordinator/shared/latency';
import type { Distribution } from '@coordinator/shared/report';
import { build, type Histogram } from 'hdr-histogram-js';

/** Two significant digits: values are within 1%, and a histogram takes 50 KB however much is recorded. */
const DIGITS = 2;

/** Counts measurements of one kind, any number of them in the same memory. */
export class Figures {
  readonly #histogram: Histogram;
  readonly #classes = new HalfOctaves();
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  /** @param largest values above are counted as this */
  constructor(largest: number) {
    this.#histogram = build({
      useWebAssembly: false,
      bitBucketSize: 64,
      lowestDiscernibleValue: 1,
      highestTrackableValue: largest,
      numberOfSignificantValueDigits: DIGITS,
      autoResize: false,
    });
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  /** Whole units; what is not finite is not counted. */
  record(value: number, times = 1): void {
    if (!Number.isFinite(value) || times < 1) return;
    const whole = Math.max(0, Math.round(value));
    this.#min = Math.min(this.#min, whole);
    this.#max = Math.max(this.#max, whole);
    this.#classes.add(whole, times);
    this.#histogram.recordValueWithCount(Math.min(whole, this.#histogram.highestTrackableValue), times);
  }

  /** Takes a value as a bound only: the exact ends of what {@link record} is told the middle of. */
  bound(value: number): void {
    if (!Number.isFinite(value)) return;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
  }

  /** The value that half of those recorded are below; null when none are. */
  get median(): number | null {
    return this.count === 0 ? null : this.#percentile(50);
  }

  summary(): Distribution | null {
    if (this.count === 0) return null;
    return {
      count: this.count,
      min: this.#min,
      p50: this.#percentile(50),
      p90: this.#percentile(90),
      p99: this.#percentile(99),
      max: this.#max,
      bins: this.#classes.bins(),
    };
  }

  /** No percentile may lie outside of what was measured, as the middle of a bucket could. */
  #percentile(percent: number): number {
    const value = this.#histogram.getValueAtPercentile(percent);
    return Math.min(this.#max, Math.max(this.#min, value));
  }
}
