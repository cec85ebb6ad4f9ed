import type { RunEvent } from '@coordinator/shared/event';
import type { RunState } from '../protocol/index.ts';
import { ConsoleTail } from './console-tail.ts';
import { encodeEvents } from './encode.ts';
import { EventHistory } from './event-history.ts';

/** Events that come within this are told in one message. */
const GATHER_MS = 100;
/** And longer for each viewer, so that many of them do not take much more of the run's time than one does. */
const GATHER_MS_A_VIEWER = 8;
const MAX_GATHER_MS = 500;
const MAX_BATCH_BYTES = 128 * 1024;
/** Consoles of a run that are followed at the same time, for all clients together. */
const MAX_TAILS = 32;

/** Somebody who is told of a run. */
export interface Viewer {
  /** There is something new. */
  wake(): void;
  /** What it was told between these two numbers is not true of the run any more, if that is not all of it. */
  onForgotten(first: number, last: number): void;
  /** All it was told is to be forgotten. */
  onRestart(): void;
}

/** A run as clients see it: its events so far, its state, and the consoles of its guests. */
export class WatchedRun {
  readonly run: string;
  readonly #folder: string;
  readonly viewers = new Set<Viewer>();
  #history = new EventHistory();
  #state: RunState;
  #timer: NodeJS.Timeout | null = null;
  readonly #tails = new Map<string, { readonly tail: ConsoleTail; readers: number }>();
  #batch: {
    readonly after: number;
    readonly last: number;
    readonly bytes: Buffer;
    readonly to: number;
  } | null = null;

  /** @param folder where it is kept */
  constructor(run: string, folder: string, state: RunState) {
    this.run = run;
    this.#folder = folder;
    this.#state = state;
    this.#listen();
  }

  get state(): RunState {
    return this.#state;
  }

  set state(state: RunState) {
    if (state === this.#state) return;
    this.#state = state;
    this.#wake();
  }

  get history(): EventHistory {
    return this.#history;
  }

  readonly append = (event: RunEvent): void => {
    this.#history.append(event);
    if (event.type !== 'run-ended') {
      this.#wake();
      return;
    }
    this.#state = 'ended';
    // Whoever shows the run waits for those who look at it.
    this.#tell();
  };

  /** All events will be told again. */
  restart(): void {
    this.#history = new EventHistory();
    this.#batch = null;
    this.#listen();
    for (const viewer of this.viewers) viewer.onRestart();
  }

  /** The message with the events behind `after`, made once for all who are as far; null when there is none. */
  batch(after: number): { readonly bytes: Buffer; readonly to: number } | null {
    const { last } = this.#history;
    if (after >= last) return null;
    if (this.#batch?.after === after && this.#batch.last === last) return this.#batch;
    const { events, to } = this.#history.read(after, MAX_BATCH_BYTES);
    this.#batch = { after, last, bytes: encodeEvents(this.run, events), to };
    return this.#batch;
  }

  /** Follows a guest's console; `done` when it is looked at no more. @returns null when there are too many. */
  follow(guest: string): { readonly tail: ConsoleTail; readonly done: () => void } | null {
    const found = this.#tails.get(guest);
    if (!found && this.#tails.size >= MAX_TAILS) return null;
    const entry = found ?? { tail: new ConsoleTail(this.#folder, guest, () => this.#wake()), readers: 0 };
    this.#tails.set(guest, entry);
    entry.readers += 1;
    const done = () => {
      entry.readers -= 1;
      if (entry.readers > 0) return;
      entry.tail.close();
      this.#tails.delete(guest);
    };
    return { tail: entry.tail, done };
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    for (const { tail } of this.#tails.values()) tail.close();
    this.#tails.clear();
  }

  get #gatherMs(): number {
    return Math.min(MAX_GATHER_MS, GATHER_MS + GATHER_MS_A_VIEWER * (this.viewers.size - 1));
  }

  #listen(): void {
    this.#history.onForgotten = (first, last) => {
      for (const viewer of this.viewers) viewer.onForgotten(first, last);
    };
  }

  #wake(): void {
    if (this.viewers.size === 0) return;
    this.#timer ??= setTimeout(() => this.#tell(), this.#gatherMs).unref();
  }

  #tell(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    for (const viewer of this.viewers) viewer.wake();
  }
}
