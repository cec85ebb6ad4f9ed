import { type ConsoleFinding, type Crash, CrashWatch, matchConsoleLine } from '@coordinator/machine/console';
import { MAX_WARNINGS } from './guest-bounds.ts';

/** What a guest's console tells: what its kernel complains of, and what it waits for until its agent speaks. */
export class ConsoleWatch {
  readonly #bootHint: string | null;
  /** What the login waits for. */
  #login: string | null = null;
  #warnings = 0;
  #crash = new CrashWatch();

  /** @param bootHint what to try, if no agent says hello */
  constructor(bootHint: string | null) {
    this.#bootHint = bootHint;
  }

  waitsFor(what: string | null): void {
    this.#login = what;
  }

  /** What a guest that boots is at, for people. */
  get activity(): string {
    const hint = this.#login === null ? this.#bootHint : `waiting for ${this.#login}`;
    return hint === null ? 'boot' : `boot (${hint})`;
  }

  /** What its kernel died of, or broke by. */
  get crash(): Crash | null {
    return this.#crash.crash;
  }

  /** Another round begins, with warnings of its own. */
  nextRound(): void {
    this.#warnings = 0;
    this.#crash = new CrashWatch();
  }

  /** @returns what is to be told of the line; null when that is nothing, or too much already. */
  line(line: string): ConsoleFinding | null {
    const finding = matchConsoleLine(line);
    this.#crash.push(line, finding?.kind);
    return finding === null || finding.kind === 'panic' ? finding : this.#admit(finding);
  }

  /** The same for what the kernel of the machine says that the guest runs on. */
  hostLine(kind: string, line: string): ConsoleFinding | null {
    return this.#admit({ kind: `host-${kind}`, line });
  }

  #admit(warning: ConsoleFinding): ConsoleFinding | null {
    this.#warnings += 1;
    return this.#warnings > MAX_WARNINGS ? null : warning;
  }
}
