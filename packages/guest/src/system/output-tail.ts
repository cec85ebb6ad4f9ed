import { asciiText } from './text.ts';

/** The last bytes of what a program prints, whatever it prints. */
export class OutputTail {
  readonly #limit: number;
  #pieces: Uint8Array[] = [];
  #held = 0;

  /** @param limit how many bytes are kept. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a copy of what it keeps. */
  push(bytes: Uint8Array): void {
    const kept = bytes.slice(Math.max(0, bytes.length - this.#limit));
    this.#pieces.push(kept);
    this.#held += kept.length;
    for (;;) {
      const first = this.#pieces[0];
      if (!first || this.#held - first.length < this.#limit) return;
      this.#pieces.shift();
      this.#held -= first.length;
    }
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.#held);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all.subarray(Math.max(0, all.length - this.#limit));
  }

  /** See {@link asciiText}. */
  text(): string {
    return asciiText(this.bytes());
  }
}
