import { CoordinatorError } from '@coordinator/base/errors';
import {
  EXEC_PROTOCOL_VERSION,
  type ExecExit,
  ExecHub,
  type ExecPlace,
  execIn,
  type Hello,
} from '@coordinator/exec';
import type { LabVmm } from './lab-vmm.ts';

export const THE_LAB: ExecPlace = {
  name: 'the lab',
  remedy: 'coordinator lab status says what became of it',
};

const COMPLAINT_CHARACTERS = 1000;

/** The way in: commands are run in a lab by whoever connects to its socket. */
export class LabPort {
  /** Resolves with the kernel's release once commands are taken. */
  readonly ready: Promise<string>;
  readonly #hub: ExecHub;
  readonly #socket: string;

  /**
   * Connects to the port of a lab.
   * @param socket for those who run commands
   * @param onBroken hears, in one sentence, that the way in is of no use any more
   */
  static async open(
    vmm: LabVmm,
    { port, socket }: { readonly port: string; readonly socket: string },
    onBroken: (reason: string) => void,
  ): Promise<LabPort> {
    const connection = await vmm.connect(port);
    let hello = (_: Hello): void => {};
    const ready = new Promise<string>((resolve) => {
      hello = ({ protocol, kernel }) => {
        if (protocol === EXEC_PROTOCOL_VERSION) resolve(String(kernel));
        else onBroken(`the lab speaks protocol ${protocol}, this coordinator ${EXEC_PROTOCOL_VERSION}`);
      };
    });
    const hub = new ExecHub(THE_LAB.name, connection, (one) => hello(one), onBroken);
    await hub.listen(socket);
    return new LabPort(hub, socket, ready);
  }

  private constructor(hub: ExecHub, socket: string, ready: Promise<string>) {
    this.#hub = hub;
    this.#socket = socket;
    this.ready = ready;
  }

  /** Runs a command to its end. @throws CoordinatorError when it fails, with what it said. */
  async run(...argv: readonly string[]): Promise<void> {
    let said = '';
    const onStderr = (bytes: Buffer) => {
      said = (said + bytes.toString('utf8')).slice(-COMPLAINT_CHARACTERS);
    };
    const ended = await execIn(THE_LAB, this.#socket, argv, { cwd: '/', onStderr }).exited;
    if (ended.code === 0 && ended.problem === null) return;
    throw new CoordinatorError(`${argv[0]} in the lab: ${describe(ended)}${said && `: ${said.trim()}`}`);
  }

  close(): void {
    this.#hub.close();
  }
}

function describe({ code, signal, problem }: ExecExit): string {
  return problem ?? (signal === null ? `it ended with status ${code}` : `it was ended by signal ${signal}`);
}
