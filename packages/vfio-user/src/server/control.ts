import { Errors, pin, readBytes, setNonBlocking, writeBytes } from '../syscalls/index.ts';
import { MAX_LINE_BYTES } from './control-protocol.ts';

const IN = 0;
const OUT = 1;

/** Most output kept for a reader that is slow; events beyond it are dropped and counted. */
const MAX_OUTPUT_BYTES = 1 << 20;

/** Where a server gets its requests from and tells what happens. */
export interface Channel {
  /** To wait for input at; -1 if there never is any. */
  readonly fd: number;
  readonly outputFd: number;
  /** Output waits for the reader. */
  readonly blocked: boolean;
  /** Reads once; calls `onLine` for each complete line. Returns false at the end of the input. */
  read(onLine: (line: string) => void): boolean;
  write(message: object): void;
  flush(): void;
}

/** The control channel: lines of JSON in on stdin, out on stdout, never blocking. */
export class Control implements Channel {
  readonly fd = IN;
  readonly outputFd = OUT;
  readonly #input = pin(new Uint8Array(new ArrayBuffer(MAX_LINE_BYTES)));
  #filled = 0;
  #output: Uint8Array[] = [];
  #outputBytes = 0;
  #dropped = 0;

  constructor() {
    setNonBlocking(OUT);
  }

  get blocked(): boolean {
    return this.#outputBytes > 0;
  }

  read(onLine: (line: string) => void): boolean {
    const count = readBytes(IN, this.#input.address + this.#filled, this.#input.bytes.length - this.#filled);
    if (count === -Errors.EINTR || count === -Errors.EAGAIN) return true;
    if (count <= 0) return false;
    this.#filled += count;
    let start = 0;
    for (;;) {
      const end = this.#input.bytes.subarray(0, this.#filled).indexOf(0x0a, start);
      if (end < 0) break;
      onLine(new TextDecoder().decode(this.#input.bytes.subarray(start, end)));
      start = end + 1;
    }
    this.#input.bytes.copyWithin(0, start, this.#filled);
    this.#filled -= start;
    // A line that fills the buffer can never end: whoever controls this is broken.
    return this.#filled < this.#input.bytes.length;
  }

  /** Writes one line. */
  write(message: object): void {
    if (this.#outputBytes > MAX_OUTPUT_BYTES) {
      this.#dropped++;
      return;
    }
    if (this.#dropped > 0) {
      this.#queue({ event: 'dropped', lines: this.#dropped });
      this.#dropped = 0;
    }
    this.#queue(message);
    this.flush();
  }

  flush(): void {
    for (let line = this.#output[0]; line !== undefined; line = this.#output[0]) {
      const count = writeBytes(OUT, pin(line).address, line.length);
      if (count === -Errors.EINTR) continue;
      if (count === -Errors.EAGAIN) return;
      if (count < 0) {
        // Nobody listens any more; the end of stdin will end the process.
        this.#output = [];
        this.#outputBytes = 0;
        return;
      }
      this.#outputBytes -= count;
      if (count === line.length) this.#output.shift();
      else this.#output[0] = line.slice(count);
    }
  }

  #queue(message: object): void {
    const text = new TextEncoder().encode(`${JSON.stringify(message)}\n`);
    this.#output.push(text);
    this.#outputBytes += text.length;
  }
}
