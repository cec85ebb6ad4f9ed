/** How often each duration came: pairs of microseconds and count, ascending. */
export type LatencyBuckets = readonly (readonly [us: number, count: number])[];

/** Durations below this are told exactly; above, each octave has this many buckets, so that none is off by 2%. */
const SUB_BUCKETS = 64;
/** Longer than any transaction: an hour. */
const MAX_US = 3_600_000_000;
/** Buckets there can be at the most: 64 exact ones, and 64 an octave up to MAX_US. */
export const MAX_LATENCY_BUCKETS = SUB_BUCKETS * 27;

/** The shortest duration of the bucket that `us` belongs to. */
export function bucketOf(us: number): number {
  const whole = Math.min(Math.max(0, Math.floor(us)), MAX_US);
  if (whole < SUB_BUCKETS) return whole;
  const width = 2 ** (Math.floor(Math.log2(whole)) - Math.log2(SUB_BUCKETS));
  return Math.floor(whole / width) * width;
}

/** Counts durations in buckets; memory does not grow with their number. */
export class LatencyHistogram {
  readonly #counts = new Map<number, number>();
  #count = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  add(us: number): void {
    const bucket = bucketOf(us);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
    this.#count += 1;
    this.#min = Math.min(this.#min, us);
    this.#max = Math.max(this.#max, us);
  }

  buckets(): [us: number, count: number][] {
    return [...this.#counts].sort(([a], [b]) => a - b);
  }

  /** Smallest and largest exactly, the median as its bucket's lower end; null when there were none. */
  summary(): { min: number; median: number; max: number } | null {
    if (this.#count === 0) return null;
    let before = 0;
    for (const [us, count] of this.buckets()) {
      before += count;
      if (2 * before >= this.#count)
        return { min: this.#min, median: Math.max(us, this.#min), max: this.#max };
    }
    return null;
  }
}
