import { WireError } from './envelope.ts';

interface Directed {
  readonly host: string;
  readonly session: string;
  readonly nonce: string;
  readonly expires: number;
}

/** More than a worker is told while messages of an hour are valid. */
const MAX_REMEMBERED = 100_000;

/**
 * Lets each message for one life of a worker through once, and none that has expired. What was said to a life before it
 * bears another session, so that nothing has to be remembered beyond this one.
 */
export class OnceOnly {
  readonly #host: string;
  readonly #session: string;
  readonly #now: () => number;
  readonly #seen = new Map<string, number>();

  constructor(host: string, session: string, now: () => number = Date.now) {
    this.#host = host;
    this.#session = session;
    this.#now = now;
  }

  /** @throws WireError */
  accept({ host, session, nonce, expires }: Directed): void {
    if (host !== this.#host) throw new WireError('misdirected', `it is for the host ${host}`);
    if (session !== this.#session)
      throw new WireError('misdirected', 'it is for this worker before it was started again');
    const now = this.#now();
    if (expires <= now)
      throw new WireError(
        'expired',
        `it expired ${Math.round((now - expires) / 1000)} s ago by the clock here`,
      );
    if (this.#seen.has(nonce)) throw new WireError('replayed', 'it came before');
    if (this.#seen.size >= MAX_REMEMBERED) this.#forgetExpired(now);
    this.#seen.set(nonce, expires);
  }

  #forgetExpired(now: number): void {
    for (const [nonce, expires] of this.#seen) if (expires <= now) this.#seen.delete(nonce);
    if (this.#seen.size >= MAX_REMEMBERED) throw new WireError('replayed', 'too many came at once');
  }
}
