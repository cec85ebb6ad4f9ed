import type { ReadStream, WriteStream } from 'node:tty';
import { usageError } from '@coordinator/base/errors';
import type { TerminalSize } from '@coordinator/exec';

/** Of a terminal that does not tell. */
const USUAL: TerminalSize = { rows: 24, columns: 80 };

/** The terminal that this command was called from, for as long as another machine's program sits at it. */
export class LocalTerminal {
  readonly #input: ReadStream;
  readonly #output: WriteStream;

  private constructor(input: ReadStream, output: WriteStream) {
    this.#input = input;
    this.#output = output;
  }

  /** @param option what asked for it, for people. @throws CoordinatorError (usage) where there is none */
  static open(option: string): LocalTerminal {
    const { stdin, stdout } = process;
    if (!stdin.isTTY || !stdout.isTTY)
      throw usageError(`${option} needs a terminal`, 'call it from one, or run a command without a terminal');
    return new LocalTerminal(stdin, stdout);
  }

  get size(): TerminalSize {
    const { rows, columns } = this.#output;
    return { rows: rows || USUAL.rows, columns: columns || USUAL.columns };
  }

  /** Every key goes to the other side while `body` runs, Ctrl-C too. Afterwards all is as it was. */
  async hand<Result>(body: () => Promise<Result>, onResize: (size: TerminalSize) => void): Promise<Result> {
    const resized = () => onResize(this.size);
    const restore = () => void this.#input.setRawMode(false);
    this.#output.on('resize', resized);
    process.once('exit', restore);
    this.#input.setRawMode(true);
    try {
      return await body();
    } finally {
      restore();
      process.off('exit', restore);
      this.#output.off('resize', resized);
    }
  }
}
