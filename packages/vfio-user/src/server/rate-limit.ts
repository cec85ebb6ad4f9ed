/** Lets a burst of lines through, then a few a second, so that a client cannot fill a log. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #last = 0;
  #suppressed = 0;

  constructor(perSecond = 5, burst = 20) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /** Null if a line at `now` (milliseconds) must be left out, else how many were since the last one. */
  admit(now: number): number | null {
    const gained = (Math.max(0, now - this.#last) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#burst, this.#tokens + gained);
    this.#last = now;
    if (this.#tokens < 1) {
      this.#suppressed++;
      return null;
    }
    this.#tokens--;
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    return suppressed;
  }
}
