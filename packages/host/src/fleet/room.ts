/** Places for guests, of which jobs take several at once; in the order in which they came. */
export class Room {
  readonly most: number;
  #taken = 0;
  readonly #queue: { readonly count: number; readonly go: () => void }[] = [];

  constructor(most: number) {
    this.most = most;
  }

  /** @returns places for `count` guests, to be given back one by one; all there are when it is more than that. */
  async take(count: number, signal: AbortSignal): Promise<Places> {
    const needed = Math.min(count, this.most);
    signal.throwIfAborted();
    if (this.#queue.length > 0 || this.#taken + needed > this.most) await this.#wait(needed, signal);
    this.#taken += needed;
    let left = needed;
    const free = (places: number) => {
      const given = Math.min(left, places);
      left -= given;
      this.#taken -= given;
      this.#next();
    };
    return { giveBackOne: () => free(1), giveBackAll: () => free(left) };
  }

  #wait(count: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry = { count, go: resolve };
      this.#queue.push(entry);
      signal.addEventListener(
        'abort',
        () => {
          const index = this.#queue.indexOf(entry);
          if (index >= 0) this.#queue.splice(index, 1);
          reject(signal.reason);
          this.#next();
        },
        { once: true },
      );
    });
  }

  #next(): void {
    const [first] = this.#queue;
    if (!first || this.#taken + first.count > this.most) return;
    this.#queue.shift();
    first.go();
  }
}

export interface Places {
  giveBackOne(): void;
  giveBackAll(): void;
}
