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
  #wait(count: number, signal: AbortSignal): Promise<void> {
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
      const entry = { count, go };
      this.#queue.push(entry);
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
