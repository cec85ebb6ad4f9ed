import { CoordinatorError } from '@coordinator/base/errors';
import type { RunState } from '../protocol/index.ts';
import type { ConsoleTail } from './console-tail.ts';
import { encodeFrame } from './encode.ts';
import type { Viewer, WatchedRun } from './watched-run.ts';

const MAX_CONSOLE_CHARACTERS = 64 * 1024;
/** Consoles that one client follows. */
const MAX_CONSOLES = 8;

interface Console {
  readonly tail: ConsoleTail;
  readonly done: () => void;
  at: number;
  skipped: boolean;
}

/** How far one client is in a run, and what it is told next. */
export class RunView implements Viewer {
  readonly #run: WatchedRun;
  readonly #onClose: () => void;
  readonly #consoles = new Map<string, Console>();
  /** Number of the last event it was told; null when it has to begin anew. */
  #told: number | null = null;
  #state: RunState | null = null;
  readonly wake: () => void;

  constructor(run: WatchedRun, wake: () => void, onClose: () => void) {
    this.#run = run;
    this.wake = wake;
    this.#onClose = onClose;
    run.viewers.add(this);
  }

  get isDone(): boolean {
    return this.#told !== null && this.#told >= this.#run.history.last && this.#state === this.#run.state;
  }

  onForgotten(first: number, last: number): void {
    if (this.#told !== null && this.#told >= first && this.#told < last) this.onRestart();
  }

  onRestart(): void {
    this.#told = null;
    this.#state = null;
  }

  /** The next message; null when there is nothing to tell. */
  next(): Buffer | null {
    const { run, history, state } = this.#run;
    if (this.#told === null) {
      this.#told = 0;
      return encodeFrame({ type: 'snapshot', run, omitted: history.omitted });
    }
    const batch = this.#run.batch(this.#told);
    if (batch) {
      this.#told = batch.to;
      return batch.bytes;
    }
    if (this.#state !== state) {
      this.#state = state;
      return encodeFrame({ type: 'state', run, state });
    }
    return this.#nextOfConsoles();
  }

  /** @throws CoordinatorError when there are too many. */
  openConsole(guest: string): void {
    if (this.#consoles.has(guest)) return;
    const followed = this.#consoles.size < MAX_CONSOLES ? this.#run.follow(guest) : null;
    if (!followed) throw new CoordinatorError('too many consoles are being looked at; close one');
    this.#consoles.set(guest, { ...followed, at: followed.tail.start, skipped: false });
  }

  closeConsole(guest: string): void {
    this.#consoles.get(guest)?.done();
    this.#consoles.delete(guest);
  }

  close(): void {
    for (const guest of [...this.#consoles.keys()]) this.closeConsole(guest);
    this.#run.viewers.delete(this);
    this.#onClose();
  }

  #nextOfConsoles(): Buffer | null {
    for (const [guest, console] of this.#consoles) {
      const { text, to, skipped } = console.tail.read(console.at, MAX_CONSOLE_CHARACTERS);
      console.at = to;
      console.skipped ||= skipped;
      if (text === '') continue;
      const frame = { type: 'console', run: this.#run.run, guest, text, skipped: console.skipped } as const;
      console.skipped = false;
      return encodeFrame(frame);
    }
    return null;
  }
}
