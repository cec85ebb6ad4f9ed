import type { Coverage } from './coverage.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import type { Target } from './target.ts';

/** An input that breaks a property. */
export interface Finding {
  readonly input: Uint8Array;
  readonly reason: string;
}

const FEWEST_AT_ONCE = 16;
const MOST_AT_ONCE = 1024;
/** Far above what any input of these sizes takes: a pattern or a loop that some bytes drive mad. */
const SLOW_MS = 500;

/**
 * Looks for inputs that break a target's properties: changes those that are known to reach something, and keeps what
 * reaches more. Inputs are run many at a time, and taken apart only when something new was reached, as asking what
 * was reached takes longer than most inputs.
 */
export class Fuzzer {
  readonly #target: Target;
  readonly #coverage: Coverage;
  readonly #random: Random;
  readonly #corpus: Uint8Array[] = [];
  #atOnce = FEWEST_AT_ONCE;
  #finding: Finding | null = null;
  #runs = 0;

  constructor(target: Target, coverage: Coverage, seed: number) {
    this.#target = target;
    this.#coverage = coverage;
    this.#random = new Random(seed);
  }

  /** Inputs that reach something each, and how many were tried. */
  get corpus(): readonly Uint8Array[] {
    return this.#corpus;
  }

  get runs(): number {
    return this.#runs;
  }

  /** Takes up inputs that are known. @returns the first that breaks a property. */
  begin(inputs: readonly Uint8Array[]): Finding | null {
    for (const input of inputs) this.#explore([input]);
    return this.#finding;
  }

  /** Tries some more. @returns what breaks a property, as small as it could be made. */
  step(): Finding | null {
    const before = this.#corpus.length;
    const inputs = Array.from({ length: this.#atOnce }, () => this.#next());
    this.#explore(inputs);
    const more = this.#corpus.length > before ? this.#atOnce / 2 : this.#atOnce * 2;
    this.#atOnce = Math.min(MOST_AT_ONCE, Math.max(FEWEST_AT_ONCE, more));
    return this.#finding && this.#smaller(this.#finding);
  }

  #next(): Uint8Array {
    const { words, maxBytes } = this.#target;
    // What was found last has been tried least.
    const { length } = this.#corpus;
    const at = this.#random.below(2) === 0 ? length - 1 - this.#random.below(Math.min(8, length || 1)) : -1;
    const choose = () => (length === 0 ? new Uint8Array(0) : this.#random.of(this.#corpus));
    const input = this.#corpus[at] ?? choose();
    return mutate(input, { random: this.#random, words, other: choose(), maxBytes });
  }

  /** Runs inputs, and finds those among them that reach something new. */
  #explore(inputs: readonly Uint8Array[]): void {
    const covered = this.#coverage.of(() => {
      for (const input of inputs) {
        const reason = this.#run(input);
        if (reason !== null) this.#finding ??= { input, reason };
      }
    });
    if (this.#finding || !this.#coverage.isNew(covered)) return;
    const [only, second] = inputs;
    if (only && !second) {
      this.#coverage.add(covered);
      this.#corpus.push(only);
      return;
    }
    const half = Math.ceil(inputs.length / 2);
    this.#explore(inputs.slice(0, half));
    if (!this.#finding) this.#explore(inputs.slice(half));
  }

  /** @returns what is wrong with the target, or null. */
  #run(input: Uint8Array): string | null {
    this.#runs += 1;
    const started = performance.now();
    try {
      this.#target.run(input);
    } catch (error) {
      return error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
    return performance.now() - started > SLOW_MS && this.#isSlow(input)
      ? `took longer than ${SLOW_MS} ms`
      : null;
  }

  /** Whether it is slow each time, so not for what else the machine does. */
  #isSlow(input: Uint8Array): boolean {
    return [1, 2, 3].every(() => {
      const started = performance.now();
      this.#target.run(input);
      return performance.now() - started > SLOW_MS;
    });
  }

  /** The same finding with as little input as leaves it one. */
  #smaller(finding: Finding): Finding {
    let best = finding;
    for (let size = best.input.length; size >= 1; size = Math.floor(size / 2)) {
      for (let at = 0; at < best.input.length; ) {
        const input = new Uint8Array(
          Buffer.concat([best.input.subarray(0, at), best.input.subarray(at + size)]),
        );
        const reason = this.#run(input);
        if (reason === null) at += size;
        else best = { input, reason };
      }
    }
    return best;
  }
}
