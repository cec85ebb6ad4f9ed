/** So many values from `from` up to and without `to`. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Counts of values in classes half an octave wide: people see the shape of years of them in a few dozen lines. */
export class HalfOctaves {
  readonly #counts = new Map<number, number>();

  add(value: number, times = 1): void {
    const bin = Math.floor(2 * Math.log2(Math.max(1, value)));
    this.#counts.set(bin, (this.#counts.get(bin) ?? 0) + times);
  }

  /** From the lowest with something in it to the highest, ends rounded. */
  bins(): Bin[] {
    if (this.#counts.size === 0) return [];
    const [first, last] = [Math.min(...this.#counts.keys()), Math.max(...this.#counts.keys())];
    return Array.from({ length: last - first + 1 }, (_, index) => ({
      from: Math.round(2 ** ((first + index) / 2)),
      to: Math.round(2 ** ((first + index + 1) / 2)),
      count: this.#counts.get(first + index) ?? 0,
    }));
  }
}
