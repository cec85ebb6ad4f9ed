/** Interrupts by vector, in the order of the vectors. */
export type Counts = readonly number[];

/**
 * The vector whose turn it is. A driver hands transactions to its vectors one after another, so that each test's
 * interrupts say where the next one's begin; what is not known, the next test tells.
 */
export class Turn {
  #next: number | null = null;

  /** A test after which it is not known whose turn it is. */
  forget(): void {
    this.#next = null;
  }

  /**
   * Takes what a test whose transactions waited for their results raised.
   * @returns whether each vector had its turn.
   */
  take(counts: Counts): boolean {
    const vectors = counts.length;
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (vectors === 0 || total === 0) return true;
    const starts = this.#next === null ? counts.map((_, vector) => vector) : [this.#next % vectors];
    const fitting = starts.filter((start) => fits(counts, start, total));
    const [start] = fitting;
    // A whole number of turns may have begun anywhere.
    this.#next = start !== undefined && fitting.length === 1 ? (start + total) % vectors : null;
    return start !== undefined;
  }
}

function fits(counts: Counts, start: number, total: number): boolean {
  const vectors = counts.length;
  return counts.every((count, vector) => {
    const behind = (vector - start + vectors) % vectors;
    return count === Math.floor((total + vectors - 1 - behind) / vectors);
  });
}
