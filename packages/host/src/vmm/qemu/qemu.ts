import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';
import { CoordinatorError } from '../../errors.ts';
import { markerEnvironment, type ProcessMarker } from '../../process/index.ts';
import { TextTail } from '../text-tail.ts';
import type { Vmm, VmmExit } from '../vmm.ts';
import { type QemuMachine, qemuArguments } from './arguments.ts';
import { QmpClient, type QmpEvent } from './qmp.ts';

/** How QEMU is run: the program and what comes before the machine's own arguments. */
export type QemuCommand = readonly string[];

const COMPLAINT_CHARACTERS = 2000;

/**
 * Starts a guest under QEMU.
 * @throws CoordinatorError when the program cannot be started.
 */
export async function startQemu(
  command: QemuCommand,
  machine: QemuMachine,
  marker: ProcessMarker,
): Promise<Vmm> {
  const [program, ...prefix] = command;
  if (program === undefined) throw new Error('empty QEMU command');
  const child = execa(program, [...prefix, ...qemuArguments(machine)], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    env: markerEnvironment(marker),
    // A process group of its own: Ctrl-C in the terminal is ours to handle, QEMU must not end before it is told.
    detached: true,
    cleanup: false,
  });
  if (child.pid === undefined) {
    const { message } = await child;
    throw new CoordinatorError(`QEMU cannot be started: ${message}`);
  }
  return new QemuVmm(child.pid, child, machine.qmpSocket);
}

interface QemuChild extends Promise<{ exitCode?: number | undefined; signal?: string | undefined }> {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  kill(signal: NodeJS.Signals): boolean;
}

class QemuVmm implements Vmm {
  readonly pid: number;
  readonly console: Readable;
  readonly consoleInput: Writable;
  readonly exited: Promise<VmmExit>;
  readonly #child: QemuChild;
  readonly #ended = new AbortController();
  #guestRequest: VmmExit['guestRequest'] = null;

  constructor(pid: number, child: QemuChild, qmpSocket: string) {
    this.pid = pid;
    this.#child = child;
    this.console = child.stdout;
    this.consoleInput = child.stdin;
    // Writing to a console that is gone is no error of ours.
    child.stdin.on('error', () => {});
    const complaint = new TextTail(COMPLAINT_CHARACTERS);
    child.stderr.setEncoding('utf8').on('data', (text: string) => complaint.add(text));
    this.exited = child.then(({ exitCode, signal }) => {
      this.#ended.abort();
      return {
        code: exitCode ?? null,
        signal: signal ?? null,
        guestRequest: this.#guestRequest,
        complaint: complaint.text.trim(),
      };
    });
    // Only tells why the guest ended; the run does not depend on it.
    QmpClient.connect(qmpSocket, (event) => this.#onEvent(event), this.#ended.signal).catch(() => {});
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  #onEvent({ event, data }: QmpEvent): void {
    if (event !== 'SHUTDOWN' || data?.['guest'] !== true) return;
    this.#guestRequest = data['reason'] === 'guest-reset' ? 'reset' : 'shutdown';
  }
}
