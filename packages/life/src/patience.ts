import type { Moment } from '@coordinator/machine/lifetime';
import { Deadlines } from './deadlines.ts';
import type { EarlyEnd } from './ending.ts';
import type { Limits } from './limits.ts';

/** How long a guest is waited for, by what it is at. */
export class Patience {
  readonly #limits: Limits;
  readonly #deadlines = new Deadlines();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** When one of the limits runs out, in watched time; null when none runs. */
  get deadline(): number | null {
    return this.#deadlines.next;
  }

  /** Its VMM has started. @param isBooting whether its agent has not been quicker than that news */
  started({ watched }: Moment, isBooting: boolean): void {
    if (isBooting) this.#deadlines.set('phase', watched, this.#limits.boot, 'boot');
    this.#deadlines.set('total', watched, this.#limits.total);
  }

  /** Its agent has said something short of bye. @param limitMs how long what it is at now may take; null for ever */
  said(activity: string, limitMs: number | null | undefined, { watched }: Moment): void {
    this.#deadlines.set('silence', watched, this.#limits.silence);
    if (limitMs === null) this.#deadlines.clear('phase');
    else if (limitMs !== undefined) this.#deadlines.set('phase', watched, limitMs, activity);
  }

  /** Another round begins, which may take as long as a guest. */
  round(number: number, { watched }: Moment): void {
    this.#deadlines.set('total', watched, this.#limits.total);
    this.#deadlines.set('phase', watched, this.#limits.stage, `the start of round ${number}`);
  }

  /** People have looked at it; it may take as long as a whole one to end. */
  released({ watched }: Moment): void {
    this.#deadlines.set('total', watched, this.#limits.total);
  }

  saidBye({ watched }: Moment): void {
    this.#deadlines.clear('silence');
    this.#deadlines.set('phase', watched, this.#limits.powerOff, 'power-off');
  }

  /** It has panicked: it ends by itself, and may take a moment to print why. */
  panicked({ watched }: Moment): void {
    this.#deadlines.clear();
    this.#deadlines.set('stop', watched, this.#limits.powerOff);
  }

  /** Nothing is waited for: it is over, or people look at it for as long as they like. */
  end(): void {
    this.#deadlines.clear();
  }

  /** What has run out by `now`; "stop" when it has had its time to end by itself. */
  exhausted({ watched }: Moment, activity: string): EarlyEnd | 'stop' | null {
    return this.#deadlines.expired(watched, activity);
  }
}
