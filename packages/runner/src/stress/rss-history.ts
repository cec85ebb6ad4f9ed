const MAX_SAMPLES = 512;

/** Resident sets over a run of any length: when there is no more room, every other one goes, and half as many come. */
export class RssHistory {
  #samples: number[] = [];
  #every = 1;
  #seen = 0;

  add(bytes: number): void {
    this.#seen += 1;
    if (this.#seen % this.#every !== 0) return;
    this.#samples.push(bytes);
    if (this.#samples.length < MAX_SAMPLES) return;
    this.#samples = this.#samples.filter((_, index) => index % 2 === 1);
    this.#every *= 2;
  }

  /** The median of each quarter of the time so far; none before there are four samples. */
  quarters(): number[] {
    const { length } = this.#samples;
    if (length < 4) return [];
    return [0, 1, 2, 3].map((quarter) =>
      median(
        this.#samples.slice(Math.floor((quarter * length) / 4), Math.floor(((quarter + 1) * length) / 4)),
      ),
    );
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
