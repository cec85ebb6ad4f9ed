import type { Readable, Writable } from 'node:stream';
import type { ProcessMarker } from '../../process/index.ts';
import { startVmmChild, type VmmChild, type VmmCommand } from '../child.ts';
import type { Vmm, VmmExit } from '../vmm.ts';
import { type QemuMachine, qemuArguments } from './arguments.ts';
import { QmpClient, type QmpEvent } from './qmp.ts';

/** Starts a guest under QEMU. @throws CoordinatorError when the program cannot be started. */
export async function startQemu(
  command: VmmCommand,
  machine: QemuMachine,
  marker: ProcessMarker,
): Promise<Vmm> {
  const child = await startVmmChild(command, qemuArguments(machine), marker);
  return new QemuVmm(child, machine.qmpSocket);
}

class QemuVmm implements Vmm {
  readonly pid: number;
  readonly console: Readable;
  readonly consoleInput: Writable;
  readonly exited: Promise<VmmExit>;
  readonly #child: VmmChild;
  readonly #ended = new AbortController();
  #guestRequest: VmmExit['guestRequest'] = null;

  constructor(child: VmmChild, qmpSocket: string) {
    this.pid = child.pid;
    this.#child = child;
    this.console = child.stdout;
    this.consoleInput = child.stdin;
    this.exited = child.exited.then((status) => {
      this.#ended.abort();
      return { ...status, guestRequest: this.#guestRequest, complaint: child.complaint() };
    });
    // Only tells why the guest ended; the run does not depend on it.
    QmpClient.connect(qmpSocket, (event) => this.#onEvent(event), this.#ended.signal).catch(() => {});
  }

  async stop(): Promise<void> {
    this.#child.kill();
    await this.exited;
  }

  #onEvent({ event, data }: QmpEvent): void {
    if (event !== 'SHUTDOWN' || data?.['guest'] !== true) return;
    this.#guestRequest = data['reason'] === 'guest-reset' ? 'reset' : 'shutdown';
  }
}
