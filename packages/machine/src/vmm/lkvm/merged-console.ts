import { PassThrough, type Readable } from 'node:stream';

const LINE_FEED = 0x0a;

/**
 * A guest's console with what kvmtool says of itself between its lines, as on the terminal of who starts it by hand;
 * never within one, so that each can be read as it was said.
 */
export class MergedConsole {
  readonly stream: Readable;
  readonly #out = new PassThrough();
  #atLineStart = true;
  #held = '';

  constructor() {
    this.stream = this.#out;
  }

  /** @param drained called once when the reader is so far behind that no more should come. */
  guest(chunk: Buffer, drained: () => void): boolean {
    const end = this.#held === '' ? -1 : chunk.lastIndexOf(LINE_FEED);
    let isTaken: boolean;
    if (end === -1) {
      isTaken = this.#out.write(chunk);
    } else {
      this.#out.write(chunk.subarray(0, end + 1));
      this.#flush();
      isTaken = this.#out.write(chunk.subarray(end + 1));
    }
    this.#atLineStart = chunk.at(-1) === LINE_FEED;
    if (!isTaken) this.#out.once('drain', drained);
    return isTaken;
  }

  /** A line of kvmtool's. */
  own(line: string): void {
    this.#held += `${line}\n`;
    if (this.#atLineStart) this.#flush();
  }

  end(): void {
    if (this.#held !== '' && !this.#atLineStart) this.#out.write('\n');
    this.#flush();
    this.#out.end();
  }

  #flush(): void {
    if (this.#held !== '') this.#out.write(this.#held);
    this.#held = '';
  }
}
