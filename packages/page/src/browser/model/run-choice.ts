/** Runs of the list that are chosen to be compared: two at the most. */
export class RunChoice {
  #chosen: readonly string[] = [];

  has(run: string): boolean {
    return this.#chosen.includes(run);
  }

  /** Chooses a run, or lets it go. A third takes the place of the one that was chosen first. */
  toggle(run: string): void {
    this.#chosen = this.has(run)
      ? this.#chosen.filter((one) => one !== run)
      : [...this.#chosen, run].slice(-2);
  }

  clear(): void {
    this.#chosen = [];
  }

  /** In the order of time, by which they are called: the earlier one is A. */
  get runs(): readonly string[] {
    return this.#chosen.toSorted();
  }
}
