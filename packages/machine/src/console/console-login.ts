import type { Writable } from 'node:stream';
import { Login, type LoginSetting } from './login.ts';

/** A prompt is followed by silence; other output that ends like one is not. */
const SETTLE_MS = 150;
const NUDGE_MS = 5000;

export interface ConsoleLoginListener {
  /** The login goes on to wait for something else. */
  onWaiting(what: string): void;
  onFailure(reason: string): void;
}

/** A {@link Login} at the console of a VMM, with the clock it needs. */
export class ConsoleLogin {
  readonly #login: Login;
  readonly #listener: ConsoleLoginListener;
  #settle: NodeJS.Timeout | undefined;
  #nudge: NodeJS.Timeout | undefined;
  #over = false;

  constructor(setting: LoginSetting, input: Writable, listener: ConsoleLoginListener) {
    this.#listener = listener;
    this.#login = new Login(setting, {
      type: (text) => input.write(text),
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
    clearTimeout(this.#settle);
    clearTimeout(this.#nudge);
    this.#settle = setTimeout(() => this.#onSettled(), SETTLE_MS);
    this.#nudge = setTimeout(() => this.#onSilence(), NUDGE_MS);
  }

  /** The agent runs, or nobody waits for it any more. */
  end(): void {
    this.#over = true;
    clearTimeout(this.#settle);
    clearTimeout(this.#nudge);
  }

  #onSettled(): void {
    const before = this.waitingFor;
    this.#login.settle();
    if (!this.#over && this.waitingFor !== before) this.#listener.onWaiting(this.waitingFor);
  }

  /** A guest that is still busy may hear none of it, so it is tried again. */
  #onSilence(): void {
    this.#login.nudge();
    this.#nudge = setTimeout(() => this.#onSilence(), NUDGE_MS);
  }
}
