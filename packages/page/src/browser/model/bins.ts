const MAX_BINS = 240;

/** Counts over time in bins of equal width, which becomes twice as wide when there are too many. */
export class Bins {
  #widthMs = 500;
  #counts: number[] = [];

  add(at_ms: number, count: number): void {
    while (at_ms / this.#widthMs >= MAX_BINS) this.#coarsen();
    const bin = Math.max(0, Math.floor(at_ms / this.#widthMs));
    while (this.#counts.length <= bin) this.#counts.push(0);
    this.#counts[bin] = (this.#counts[bin] ?? 0) + count;
  }

  /** Adds what came some time between two times. */
  addOver(from_ms: number, to_ms: number, count: number): void {
    const parts = Math.max(1, Math.min(MAX_BINS, Math.round((to_ms - from_ms) / this.#widthMs)));
    const step = (to_ms - from_ms) / parts;
    for (let part = 0; part < parts; part++) this.add(from_ms + (part + 0.5) * step, count / parts);
  }

  /** Ends of bins, s, up to the last that these or others have, at the width that all have then. */
  times(...others: readonly Bins[]): number[] {
    const all = [this, ...others];
    const width = Math.max(...all.map((bins) => bins.#widthMs));
    for (const bins of all) while (bins.#widthMs < width) bins.#coarsen();
    const length = Math.max(...all.map((bins) => bins.#counts.length));
    return Array.from({ length }, (_, bin) => ((bin + 1) * width) / 1000);
  }

  /** Counts a second at `times`. */
  rates(times: readonly number[]): number[] {
    return times.map((_, bin) => ((this.#counts[bin] ?? 0) * 1000) / this.#widthMs);
  }

  #coarsen(): void {
    this.#widthMs *= 2;
    const half = Math.ceil(this.#counts.length / 2);
    this.#counts = Array.from(
      { length: half },
      (_, bin) => (this.#counts[2 * bin] ?? 0) + (this.#counts[2 * bin + 1] ?? 0),
    );
  }
}
