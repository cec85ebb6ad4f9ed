import { CoordinatorError } from '@coordinator/base/errors';
import { BEAT_MS } from '@coordinator/fleet';

/** Beats without an answer after which whoever wants to leave does so: half a minute, after which hosts are lost. */
const LAST_BEATS = 30_000 / BEAT_MS;

/**
 * Watches a worker that wants to leave. A server that was restarted is waited for, since what guests came to can still be brought
 * home; one that stays away when no guest runs any more is not.
 */
export class Leaving {
  readonly #guests: () => number;
  #timer: NodeJS.Timeout | undefined;
  #silentBeats = 0;
  #giveUp: (error: CoordinatorError) => void = () => {};
  /** Rejects when the server does not answer any more; never resolves. */
  readonly inVain: Promise<never>;

  /** @param guests how many run */
  constructor(guests: () => number) {
    this.#guests = guests;
    this.inVain = new Promise((_, reject) => {
      this.#giveUp = reject;
    });
    this.inVain.catch(() => {});
  }

  begin(): void {
    this.#timer ??= setInterval(() => this.#tick(), BEAT_MS);
  }

  /** The server has answered. */
  hear(): void {
    this.#silentBeats = 0;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    this.#silentBeats += 1;
    if (this.#silentBeats < LAST_BEATS || this.#guests() > 0) return;
    this.end();
    this.#giveUp(
      new CoordinatorError(
        `the server of the queue has not answered for ${(LAST_BEATS * BEAT_MS) / 1000} s: what was not told until then is not told any more`,
        { remedy: 'see that the server runs and can be reached from here' },
      ),
    );
  }
}
