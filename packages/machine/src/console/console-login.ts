import type { Writable } from 'node:stream';
import { Login, type LoginSetting } from './login.ts';
import { Typist } from './typist.ts';

/** A prompt is followed by silence; other output that ends like one is not. */
const SETTLE_MS = 150;
const NUDGE_MS = 5000;
/** What looks like a shell is asked sooner whether it is one. */
const SHELL_NUDGE_MS = 1000;

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
  #nudge: NodeJS.Timeout | undefined;
  #over = false;

  constructor(setting: LoginSetting, input: Writable, listener: ConsoleLoginListener) {
    this.#listener = listener;
    this.#typist = new Typist((text) => input.write(text));
    this.#login = new Login(setting, {
      type: (text) => this.#typist.type(text),
      fail: (reason) => {
        this.end();
        listener.onFailure(reason);
      },
    });
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
    clearTimeout(this.#nudge);
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
    clearTimeout(this.#nudge);
    this.#nudge = setTimeout(() => this.#onSilence(), ms);
  }
}
