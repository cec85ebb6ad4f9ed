/** What stands by until somebody has use for it. */
export interface Member {
  /** Resolves when it is of no use any more. Never rejects. */
  readonly lost: Promise<unknown>;
  /** Never rejects; may be called again. */
  stop(): Promise<void>;
}

export interface PoolOptions<One extends Member> {
  /** Starts one. It need not be ready yet. */
  make(): One;
  /** Whether there is room for one more, beside those that stand by. */
  hasRoom(standing: number): boolean;
}

/** So many that are lost, and none that was of use in between, and no more are started: whoever comes will see why. */
const MOST_LOST = 3;

/** Keeps what takes long to start ready before it is wanted, as far as more will be wanted and there is room. */
export class StandbyPool<One extends Member> {
  readonly #options: PoolOptions<One>;
  /** Oldest first. */
  readonly #standing: One[] = [];
  readonly #ending = new Set<Promise<void>>();
  #expected = 0;
  #lost = 0;

  constructor(options: PoolOptions<One>) {
    this.#options = options;
  }

  /** Says how many more will be taken; those beyond it are ended. */
  expect(count: number): void {
    this.#expected = count;
    while (this.#standing.length > count) this.#end(this.#standing.pop());
    this.#fill();
  }

  /** The one that stands by for longest; null when there is none, and whoever asks has to start one. */
  take(): One | null {
    const one = this.#standing.shift() ?? null;
    if (one) this.#lost = 0;
    this.expect(Math.max(0, this.#expected - 1));
    return one;
  }

  /** Ends all that nobody took. Never rejects. */
  async close(): Promise<void> {
    this.expect(0);
    await Promise.all(this.#ending);
  }

  #fill(): void {
    const { make, hasRoom } = this.#options;
    while (
      this.#standing.length < this.#expected &&
      this.#lost < MOST_LOST &&
      hasRoom(this.#standing.length)
    ) {
      const one = make();
      this.#standing.push(one);
      void one.lost.then(() => this.#replace(one));
    }
  }

  /** Does nothing for one that was taken: what becomes of it is not ours to know. */
  #replace(one: One): void {
    const at = this.#standing.indexOf(one);
    if (at === -1) return;
    this.#standing.splice(at, 1);
    this.#lost += 1;
    this.#end(one);
    this.#fill();
  }

  #end(one: One | undefined): void {
    if (!one) return;
    const ended = one.stop().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }
}
