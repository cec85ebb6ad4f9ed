import type { Writable } from 'node:stream';
import { Alarm, type WatchedClock } from '../lifetime/index.ts';
import { Login, type LoginSetting } from './login.ts';
import { Typist } from './typist.ts';

/** A prompt is followed by silence; other output that ends like one is not. */
const SETTLE_MS = 150;
const NUDGE_MS = 5000;
/** What looks like a shell is asked sooner whether it is one. */
const SHELL_NUDGE_MS = 1000;
/** A line that has no answer is typed again after this part of the boot's limit, and given up after as much again. */
const PATIENCE = 1 / 4;

/** When time passes for somebody who waits at a console. */
export interface LoginTime {
  /** Silence that nobody could have heard ended is none. */
  readonly clock: WatchedClock;
  /** Limit of the guest's boot, ms; infinity for none. */
  readonly bootMs: number;
}

export interface ConsoleLoginListener {
  /** The login goes on to wait for something else. */
  onWaiting(what: string): void;
  onFailure(reason: string): void;
}

/** A {@link Login} at the console of a VMM, with the clock it needs. */
export class ConsoleLogin {
  readonly #login: Login;
  readonly #typist: Typist;
  readonly #listener: ConsoleLoginListener;
  #settle: NodeJS.Timeout | undefined;
  readonly #clock: WatchedClock;
  readonly #nudge: Alarm;
  #over = false;

  constructor(
    setting: LoginSetting,
    input: Writable,
    listener: ConsoleLoginListener,
    { clock, bootMs }: LoginTime,
  ) {
    this.#listener = listener;
    this.#clock = clock;
    this.#nudge = new Alarm(clock, () => this.#onSilence());
    this.#typist = new Typist((text) => input.write(text));
    const actions = {
      type: (text: string) => this.#typist.type(text),
      fail: (reason: string) => {
        this.end();
        listener.onFailure(reason);
      },
    };
    this.#login = new Login(setting, actions, Math.max(1, Math.floor((bootMs * PATIENCE) / NUDGE_MS)));
  }

  get waitingFor(): string {
    return this.#login.waitingFor;
  }

  push(chunk: Buffer): void {
    if (this.#over) return;
    this.#login.push(chunk);
    this.#typist.push(chunk);
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => this.#onSettled(), SETTLE_MS);
    this.#nudgeIn(NUDGE_MS);
  }

  /** The agent runs, or nobody waits for it any more. */
  end(): void {
    this.#over = true;
    this.#typist.end();
    clearTimeout(this.#settle);
    this.#nudge.set(null);
  }

  #onSettled(): void {
    // What is printed so far is the echo of half a line.
    if (this.#typist.isBusy) return;
    const before = this.waitingFor;
    this.#login.settle();
    if (this.#over) return;
    if (this.waitingFor !== before) this.#listener.onWaiting(this.waitingFor);
    if (this.#login.maySeeShell) this.#nudgeIn(SHELL_NUDGE_MS);
  }

  /** A guest that is still busy may hear none of it, so it is tried again. */
  #onSilence(): void {
    if (!this.#typist.isBusy) this.#login.nudge();
    this.#nudgeIn(NUDGE_MS);
  }

  #nudgeIn(ms: number): void {
    if (!this.#over) this.#nudge.set(this.#clock.now().watched + ms);
  }
}
