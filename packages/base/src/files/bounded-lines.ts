const NEWLINE = 0x0a;

/**
 * Cuts bytes, as they come, into lines of a bounded length. It holds no more than one line, and of one that is too long
 * not even that.
 */
export class BoundedLines {
  readonly #maxBytes: number;
  readonly #onLine: (text: string | null) => void;
  #parts: Buffer[] = [];
  #bytes = 0;

  /** @param onLine is given a line without its end; null for one that is longer than `maxBytes` */
  constructor(maxBytes: number, onLine: (text: string | null) => void) {
    this.#maxBytes = maxBytes;
    this.#onLine = onLine;
  }

  /** Bytes of the line that has not ended yet. */
  get pending(): number {
    return this.#bytes;
  }

  /** @param chunk may be written to again afterwards */
  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end));
      this.end();
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    if (rest.length > 0) this.#keep(Buffer.from(rest));
  }

  /** Ends the line that is pending, as its newline would. */
  end(): void {
    const text = this.#bytes > this.#maxBytes ? null : Buffer.concat(this.#parts).toString('utf8');
    this.clear();
    this.#onLine(text);
  }

  /** Forgets the line that is pending. */
  clear(): void {
    this.#parts = [];
    this.#bytes = 0;
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#maxBytes) this.#parts = [];
    else this.#parts.push(part);
  }
}
