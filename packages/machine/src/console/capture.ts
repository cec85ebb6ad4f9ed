import { createWriteStream, type WriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { LineSplitter } from './line-splitter.ts';

/** More console output than this is watched but no longer kept. */
export const MAX_CONSOLE_BYTES = 16 * 2 ** 20;

export interface ConsoleListener {
  /** Output as it comes, before the lines in it: a prompt has no line end. */
  onOutput?(chunk: Buffer): void;
  onLine(line: string): void;
  /** The log can no longer be written, for example because the disk is full. Called once. */
  onLogError(error: Error): void;
}

/** Writes a guest's console to disk from the first byte, and hands on its lines. */
export class ConsoleCapture {
  /** Resolves when the console ended and its log is complete; never rejects. */
  readonly done: Promise<void>;
  readonly #listener: ConsoleListener;
  readonly #log: WriteStream;
  readonly #lines = new LineSplitter();
  #bytes = 0;
  #kept = true;

  constructor(console: Readable, logFile: string, listener: ConsoleListener) {
    this.#listener = listener;
    // 'wx': the folder was just made by us, so a file that is there already was planted.
    this.#log = createWriteStream(logFile, { flags: 'wx', mode: 0o600 });
    this.#log.on('error', (error) => this.#stopKeeping(error));
    this.done = this.#follow(console);
  }

  async #follow(console: Readable): Promise<void> {
    try {
      for await (const chunk of console as AsyncIterable<Buffer>) {
        this.#listener.onOutput?.(chunk);
        for (const line of this.#lines.push(chunk)) this.#listener.onLine(line);
        await this.#keep(chunk);
      }
    } catch {
      // The pipe broke: the VMM is gone, which its exit tells.
    }
    for (const line of this.#lines.end()) this.#listener.onLine(line);
    this.#log.end();
    await finished(this.#log).catch(() => {});
  }

  async #keep(chunk: Buffer): Promise<void> {
    if (!this.#kept) return;
    this.#bytes += chunk.length;
    if (this.#bytes > MAX_CONSOLE_BYTES) {
      this.#kept = false;
      this.#log.write(`\n[the console went on; only its first ${MAX_CONSOLE_BYTES} bytes are kept]\n`);
      return;
    }
    if (!this.#log.write(chunk)) await drained(this.#log);
  }

  #stopKeeping(error: Error): void {
    if (!this.#kept) return;
    this.#kept = false;
    this.#listener.onLogError(error);
  }
}

/** Waits until the stream takes more, or never will. */
function drained(stream: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.once('drain', resolve);
    stream.once('close', () => resolve());
    stream.once('error', () => resolve());
  });
}
