import type { TerminalSize } from '../exec/protocol.ts';
import { os, std } from './quickjs.ts';

/** Of the guest kit, which is in the pack: see the image package's pack. */
const HELPER = '/pack/kit/on-terminal';

let made = 0;

/** The size of a command's terminal, in a file for the helper that gives it one. */
export class SeatFile {
  readonly #path = `/run/terminal-${made++}`;

  constructor(size: TerminalSize) {
    this.write(size);
  }

  /** What is put in front of the command. */
  get launcher(): readonly string[] {
    return [HELPER, '--size', this.#path];
  }

  write({ rows, columns }: TerminalSize): void {
    const file = std.open(this.#path, 'w');
    file?.puts(`${rows} ${columns}\n`);
    file?.close();
  }

  remove(): void {
    os.remove(this.#path);
  }
}
