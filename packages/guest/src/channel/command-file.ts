import { FrameDecoder } from '@coordinator/shared/frame';
import type { Clock, ReadFile } from '../runtime/runtime.ts';
import type { CommandInbox } from './command-inbox.ts';

export const COMMANDS_FILE = 'commands.bin';

/** A command waits no longer than this for an idle agent. */
const IDLE_POLL_MS = 80;
/** Reading over the share takes time from a test that runs. */
const BUSY_POLL_MS = 500;
const READ_BYTES = 16 * 1024;

/** Looks for what the host appends to the file of commands. */
export class CommandFile {
  readonly #file: ReadFile;
  readonly #clock: Clock;
  readonly #inbox: CommandInbox;
  readonly #decoder = new FrameDecoder();
  readonly #buffer = new Uint8Array(READ_BYTES);
  readonly #onBroken: (error: Error) => void;
  #pollMs = BUSY_POLL_MS;
  #cancel: (() => void) | null = null;

  /** @param onBroken the file cannot be read any more */
  constructor(file: ReadFile, clock: Clock, inbox: CommandInbox, onBroken: (error: Error) => void) {
    this.#file = file;
    this.#clock = clock;
    this.#inbox = inbox;
    this.#onBroken = onBroken;
  }

  start(): void {
    this.#cancel?.();
    this.#cancel = this.#clock.after(this.#pollMs, () => this.#poll());
  }

  /** @param idle whether the agent waits for commands only */
  setIdle(idle: boolean): void {
    this.#pollMs = idle ? IDLE_POLL_MS : BUSY_POLL_MS;
    if (this.#cancel) this.start();
  }

  #poll(): void {
    try {
      this.#read();
      this.start();
    } catch (error) {
      this.#cancel = null;
      this.#onBroken(error as Error);
    }
  }

  #read(): void {
    for (;;) {
      const length = this.#file.read(this.#buffer);
      if (length === 0) return;
      for (const item of this.#decoder.push(this.#buffer.subarray(0, length))) {
        if (item.kind === 'frame') this.#inbox.takeAnyway(item.sequence, item.payload);
      }
    }
  }
}
