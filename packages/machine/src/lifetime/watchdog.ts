/** One running time limit. Setting another replaces it. */
export class Watchdog {
  readonly #onExpired: (what: string, limitMs: number) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(onExpired: (what: string, limitMs: number) => void) {
    this.#onExpired = onExpired;
  }

  /** From now on `what` may take `limitMs`. */
  set(what: string, limitMs: number): void {
    this.clear();
    this.#timer = setTimeout(() => this.#onExpired(what, limitMs), limitMs);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
