/** A place that hostile bytes reach, and what must hold there whatever they are. */
export interface Target {
  readonly name: string;
  /** Longest input that is tried, in bytes. */
  readonly maxBytes: number;
  /** Words of its language, which chance would take long to spell. */
  readonly words: readonly string[];
  /** Inputs to begin with, beside those of the corpus. */
  readonly seeds: readonly Uint8Array[];
  /** @throws what breaks a property; must do the same for the same bytes, and leave nothing behind. */
  readonly run: (bytes: Uint8Array) => void;
}

/** @throws Error saying `what` unless it holds. */
export function holds(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

/** @throws Error unless both are the same JSON. */
export function same(a: unknown, b: unknown, what: string): void {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  holds(left === right, `${what}: ${left} is not ${right}`);
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Takes an input apart, so that few bytes of it stand for much; past its end everything is zero. */
export class Script {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isOver(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  /** A length of one byte, and so many bytes, as far as they are there. */
  block(): Uint8Array {
    const length = this.byte();
    const block = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return block;
  }

  /** A block as text. */
  text(): string {
    return textOf(this.block());
  }
}
