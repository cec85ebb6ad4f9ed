/** What is to be done at a later time, in a server that never sleeps. */
export class Later {
  readonly #clock: () => number;
  #waiting: { readonly at: number; readonly action: () => void }[] = [];

  /** `clock`: milliseconds, as {@link run} is told them. */
  constructor(clock: () => number = Date.now) {
    this.#clock = clock;
  }

  after(ms: number, action: () => void): void {
    this.#waiting.push({ at: this.#clock() + ms, action });
  }

  /** When {@link run} has something to do, or null. */
  get deadline(): number | null {
    return this.#waiting.length === 0 ? null : Math.min(...this.#waiting.map(({ at }) => at));
  }

  /** Does what is due, oldest first; `now` in milliseconds. */
  run(now: number): void {
    if (this.#waiting.length === 0) return;
    const due = this.#waiting.filter(({ at }) => at <= now);
    this.#waiting = this.#waiting.filter(({ at }) => at > now);
    for (const { action } of due.sort((a, b) => a.at - b.at)) action();
  }

  clear(): void {
    this.#waiting = [];
  }
}
