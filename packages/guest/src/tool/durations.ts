/** Up to so many, the median is exact; beyond, it is that of a uniform sample of this size. */
const SAMPLE_SIZE = 2048;

/** Smallest, median and largest of any number of durations, in bounded memory (Vitter's algorithm R). */
export class Durations {
  readonly #sample: number[] = [];
  #count = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  add(duration: number): void {
    this.#count += 1;
    if (duration < this.#min) this.#min = duration;
    if (duration > this.#max) this.#max = duration;
    if (this.#sample.length < SAMPLE_SIZE) {
      this.#sample.push(duration);
      return;
    }
    const at = Math.floor(Math.random() * this.#count);
    if (at < SAMPLE_SIZE) this.#sample[at] = duration;
  }

  /** Null when there were none. */
  summary(): { min: number; median: number; max: number } | null {
    if (this.#count === 0) return null;
    const sorted = this.#sample.toSorted((a, b) => a - b);
    const middle = sorted.length >> 1;
    const upper = sorted[middle] as number;
    const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
    return { min: this.#min, median, max: this.#max };
  }
}
