/** An interrupt a frame wants at its end. */
export interface DueInterrupt {
  readonly frame: number;
  readonly vector: number;
}

interface Chain {
  running: number;
  due: DueInterrupt[];
}

const NONE: readonly DueInterrupt[] = [];

/**
 * Commands that launched one another, by writing to a frame through the client. Their interrupts are due
 * together when the last has ended: whoever was told earlier could take the memory from under the others.
 */
export class Chains {
  /** By frame; those of commands that run. Most are in none. */
  readonly #chains = new Map<number, Chain>();

  clear(): void {
    this.#chains.clear();
  }

  /** The command of `frame` was launched by one of `launchers`: it joins their chains, which become one. */
  join(frame: number, launchers: readonly number[]): void {
    const chain: Chain = { running: 1, due: [] };
    this.#chains.set(frame, chain);
    for (const launcher of launchers) this.#merge(this.#chains.get(launcher), launcher, chain);
  }

  /** The command of `frame` has ended and wants `vector`, or no interrupt. Returns the interrupts due now. */
  end(frame: number, vector: number | null): readonly DueInterrupt[] {
    const own = vector === null ? NONE : [{ frame, vector }];
    const chain = this.#chains.get(frame);
    if (chain === undefined) return own;
    this.#chains.delete(frame);
    chain.due.push(...own);
    return --chain.running > 0 ? NONE : chain.due;
  }

  #merge(from: Chain | undefined, launcher: number, into: Chain): void {
    if (from === into) return;
    if (from === undefined) {
      into.running++;
      this.#chains.set(launcher, into);
      return;
    }
    into.running += from.running;
    into.due = [...from.due, ...into.due];
    for (const [frame, chain] of this.#chains) {
      if (chain === from) this.#chains.set(frame, into);
    }
  }
}
