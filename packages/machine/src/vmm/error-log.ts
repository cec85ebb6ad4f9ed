import { appendFileSync } from 'node:fs';

/** A VMM that says more than this says the same again and again. */
const MAX_BYTES = 2 ** 20;

/**
 * Keeps what a VMM writes to its standard error in a file, which is there once it has written something. A file that cannot be
 * written is no reason to end a guest: the last of what a VMM said is in its guest's reason as well.
 */
export class ErrorLog {
  readonly #file: string;
  #room = MAX_BYTES;

  constructor(file: string) {
    this.#file = file;
  }

  /** At once, so that all of it is there when the VMM is known to be gone. */
  add(chunk: Buffer): void {
    if (this.#room <= 0) return;
    const part = chunk.subarray(0, this.#room);
    this.#room -= part.length;
    const end = this.#room > 0 ? '' : `\n[it went on; only the first ${MAX_BYTES} bytes are kept]\n`;
    try {
      appendFileSync(this.#file, Buffer.concat([part, Buffer.from(end)]), { mode: 0o600 });
    } catch {
      this.#room = 0;
    }
  }
}
