/** Hands out a fixed set of things, each to one holder at a time; who finds none free waits in line. */
export class Pool<Item> {
  readonly #free: Item[];
  readonly #waiting: Array<(item: Item) => void> = [];

  constructor(items: readonly Item[]) {
    this.#free = [...items];
  }

  /** How many wait in line. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Rejects with the signal's reason when it aborts first. */
  async acquire(signal: AbortSignal): Promise<Item> {
    signal.throwIfAborted();
    const item = this.#free.shift();
    if (item !== undefined) return item;
    return new Promise((resolve, reject) => {
      const take = (freed: Item) => {
        signal.removeEventListener('abort', giveUp);
        resolve(freed);
      };
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(take);
    });
  }

  release(item: Item): void {
    const next = this.#waiting.shift();
    if (next) next(item);
    else this.#free.push(item);
  }
}
