interface Waiting {
  readonly count: number;
  readonly priority: number;
  readonly go: () => void;
}

/** Places for guests, of which jobs take several at once; those of more priority first, else in the order in which they came. */
export class Room {
  readonly most: number;
  #taken = 0;
  readonly #queue: Waiting[] = [];

  constructor(most: number) {
    this.most = most;
  }

  /** Places that are taken. */
  get taken(): number {
    return this.#taken;
  }

  /** @returns places for `count` guests, to be given back one by one; all there are when it is more than that. */
  async take(count: number, signal: AbortSignal, priority = 0): Promise<Places> {
    const needed = Math.min(count, this.most);
    signal.throwIfAborted();
    if (this.#queue.length > 0 || this.#taken + needed > this.most)
      await this.#wait(needed, signal, priority);
    else this.#taken += needed;
    let left = needed;
    const free = (places: number) => {
      const given = Math.min(left, places);
      left -= given;
      this.#taken -= given;
      this.#next();
    };
    return { giveBackOne: () => free(1), giveBackAll: () => free(left) };
  }

  /** Resolves once the places are taken. */
  #wait(count: number, signal: AbortSignal, priority: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#queue.splice(this.#queue.indexOf(entry), 1);
        reject(signal.reason);
        this.#next();
      };
      const go = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const entry = { count, priority, go };
      const behind = this.#queue.findIndex((other) => other.priority < priority);
      this.#queue.splice(behind < 0 ? this.#queue.length : behind, 0, entry);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  #next(): void {
    for (let [first] = this.#queue; first && this.#taken + first.count <= this.most; [first] = this.#queue) {
      this.#queue.shift();
      this.#taken += first.count;
      first.go();
    }
  }
}

export interface Places {
  giveBackOne(): void;
  giveBackAll(): void;
}
