import type { TerminalSize } from '../protocol.ts';
import { os, std } from './quickjs.ts';

let made = 0;

/** The size of a command's terminal, in a file for the helper that gives it one. */
export class SeatFile {
  readonly #helper: string;
  readonly #path = `/run/terminal-${made++}`;

  constructor(kit: string, size: TerminalSize) {
    this.#helper = `${kit}/on-terminal`;
    this.write(size);
  }

  /** What is put in front of the command. */
  get launcher(): readonly string[] {
    return [this.#helper, '--size', this.#path];
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
