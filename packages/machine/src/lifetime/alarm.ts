import { setImmediate as nextTurn } from 'node:timers/promises';
import { within } from '@coordinator/base/within';
import type { WatchedClock } from './watched-clock.ts';

/** Turns of the event loop in which sockets, pipes and children that have something to tell get to tell it. */
const TURNS = 3;
/** One that never stops telling is not waited for. */
const CATCH_UP_MS = 1000;

/** Rings at a time on a {@link WatchedClock}, when all that had arrived by then has been taken. */
export class Alarm {
  readonly #clock: WatchedClock;
  readonly #ring: () => void;
  readonly #catchUp: () => Promise<void>;
  #at: number | null = null;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param catchUp takes what has arrived without anybody having been told; must not reject
   * @param ring is called when the time has come, and was not set anew while it was caught up
   */
  constructor(clock: WatchedClock, ring: () => void, catchUp: () => Promise<void> = async () => {}) {
    this.#clock = clock;
    this.#ring = ring;
    this.#catchUp = catchUp;
  }

  /** @param at in watched time; null for never */
  set(at: number | null): void {
    if (at === this.#at) return;
    this.#at = at;
    clearTimeout(this.#timer);
    if (at !== null) this.#wait(at);
  }

  #wait(at: number): void {
    const left = Math.max(0, at - this.#clock.now().watched);
    this.#timer = setTimeout(() => void this.#due(at), left);
  }

  async #due(at: number): Promise<void> {
    await within(CATCH_UP_MS, this.#catchUp());
    for (let turn = 0; turn < TURNS; turn++) await nextTurn();
    if (this.#at !== at) return;
    if (this.#clock.now().watched < at) {
      this.#wait(at);
      return;
    }
    this.#at = null;
    this.#ring();
  }
}
