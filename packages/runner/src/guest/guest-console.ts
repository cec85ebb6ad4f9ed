import type { LifeInput } from '@coordinator/life';
import {
  ConsoleCapture,
  ConsoleLogin,
  type LoginSetting,
  type LoginTime,
} from '@coordinator/machine/console';
import type { Vmm } from '@coordinator/machine/vmm';

/** A guest's console: kept in a file from its first byte, watched, and typed at where its agent is started from it. */
export class GuestConsole {
  readonly #login: ConsoleLogin | null;
  readonly #capture: ConsoleCapture;
  readonly #tell: (input: LifeInput) => void;

  /** @param logFile where it is kept; made here */
  constructor(
    vmm: Vmm,
    logFile: string,
    login: (LoginTime & { readonly setting: LoginSetting }) | null,
    tell: (input: LifeInput) => void,
  ) {
    this.#tell = tell;
    const listener = {
      onWaiting: (waitingFor: string) => tell({ type: 'login', waitingFor }),
      onFailure: (detail: string) => tell({ type: 'end', early: { cause: 'login-failed', detail } }),
    };
    this.#login = login === null ? null : new ConsoleLogin(login.setting, vmm.consoleInput, listener, login);
    this.#capture = new ConsoleCapture(vmm.console, logFile, {
      onOutput: (chunk) => this.#login?.push(chunk),
      onLine: (line) => tell({ type: 'console-line', line }),
      onLogError: ({ message }) => {
        const detail = `the console log cannot be written: ${message}`;
        tell({ type: 'end', early: { cause: 'host-failed', detail } });
      },
    });
  }

  /** The guest has started. */
  begin(): void {
    if (this.#login) this.#tell({ type: 'login', waitingFor: this.#login.waitingFor });
  }

  /** Nothing more is typed. */
  endLogin(): void {
    this.#login?.end();
  }

  /** The VMM is gone. Resolves when all that it had written was told, and is kept. */
  async finish(): Promise<void> {
    this.endLogin();
    await this.#capture.done;
  }
}
