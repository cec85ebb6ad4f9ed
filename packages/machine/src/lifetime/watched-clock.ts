/** How often it makes sure that time was watched. */
const LOOK_MS = 100;
/** A look that comes later than this after the one before it was held up: the rest of the time nobody watched. */
const LONGEST_LOOK_MS = 1000;

/** A point in time, in milliseconds from a start that all points of one clock have in common. */
export interface Moment {
  /** Time that has passed. What is told to people is measured in it. */
  readonly passed: number;
  /** Of that, the time in which this process was able to look at what happened. Limits count it alone. */
  readonly watched: number;
}

/**
 * A clock for limits on others. While this process is stopped (SIGSTOP, Ctrl-Z, a debugger), held up (a terminal that
 * takes no output) or too busy to see what arrives, it must not find that others took too long.
 */
export class WatchedClock {
  readonly #passed: () => number;
  readonly #timer: NodeJS.Timeout;
  #last: number;
  #watched = 0;

  /** @param passed a monotonic clock, in milliseconds */
  constructor(passed: () => number = () => performance.now()) {
    this.#passed = passed;
    this.#last = passed();
    this.#timer = setInterval(() => this.now(), LOOK_MS);
    this.#timer.unref();
  }

  now(): Moment {
    const passed = this.#passed();
    this.#watched += Math.min(passed - this.#last, LONGEST_LOOK_MS);
    this.#last = passed;
    return { passed, watched: this.#watched };
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
