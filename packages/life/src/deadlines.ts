import type { EarlyEnd } from './ending.ts';

interface Deadline {
  readonly what: string;
  readonly limitMs: number;
  /** In watched time. */
  readonly at: number;
}

const kinds = ['phase', 'silence', 'total', 'stop'] as const;
type DeadlineKind = (typeof kinds)[number];

/**
 * The time limits of one guest that run at the same time: of its phase, of its silence, of all of it, and of the time
 * that one which panicked is given for its last words.
 */
export class Deadlines {
  readonly #running = new Map<DeadlineKind, Deadline>();

  /** From `now`, in watched time, `what` may take `limitMs`, or infinitely long. Replaces the limit of the same kind. */
  set(kind: DeadlineKind, now: number, limitMs: number, what = ''): void {
    if (limitMs === Number.POSITIVE_INFINITY) this.clear(kind);
    else this.#running.set(kind, { what, limitMs, at: now + limitMs });
  }

  clear(...cleared: readonly DeadlineKind[]): void {
    for (const kind of cleared.length === 0 ? kinds : cleared) this.#running.delete(kind);
  }

  /** When the next one runs out, in watched time; null when none runs. */
  get next(): number | null {
    const times = [...this.#running.values()].map(({ at }) => at);
    return times.length === 0 ? null : Math.min(...times);
  }

  /**
   * What has run out by `now`, the most telling first; null when nothing has. It runs no more.
   * @param activity what the guest is at, for the reason
   */
  expired(now: number, activity: string): EarlyEnd | 'stop' | null {
    for (const kind of kinds) {
      const deadline = this.#running.get(kind);
      if (deadline === undefined || deadline.at > now) continue;
      this.#running.delete(kind);
      const { what, limitMs } = deadline;
      if (kind === 'stop') return 'stop';
      if (kind === 'phase') return { cause: 'timeout', what: what === 'boot' ? activity : what, limitMs };
      return { cause: kind === 'silence' ? 'silence' : 'overtime', what: activity, limitMs };
    }
    return null;
  }
}
