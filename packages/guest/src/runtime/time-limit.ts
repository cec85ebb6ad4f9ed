import type { Clock } from './runtime.ts';

/** Between SIGTERM and SIGKILL. */
const KILL_AFTER_MS = 1000;
/** Between SIGKILL and giving up: a process inside an uninterruptible system call does not die. */
const GIVE_UP_AFTER_MS = 2000;

/** Ends a process that takes too long: SIGTERM at the limit, SIGKILL a second later, given up two seconds on. */
export class TimeLimit {
  readonly #clock: Clock;
  #cancel: () => void;
  #ranOut = false;

  constructor(
    clock: Clock,
    limitMs: number,
    kill: (signal: 'SIGTERM' | 'SIGKILL') => void,
    giveUp: () => void,
  ) {
    this.#clock = clock;
    this.#cancel = clock.after(limitMs, () => {
      this.#ranOut = true;
      kill('SIGTERM');
      this.#next(KILL_AFTER_MS, () => {
        kill('SIGKILL');
        this.#next(GIVE_UP_AFTER_MS, giveUp);
      });
    });
  }

  get ranOut(): boolean {
    return this.#ranOut;
  }

  /** The process has ended. */
  cancel(): void {
    this.#cancel();
  }

  #next(delay: number, step: () => void): void {
    this.#cancel = this.#clock.after(delay, step);
  }
}
