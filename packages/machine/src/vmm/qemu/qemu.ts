import type { Readable, Writable } from 'node:stream';
import type { GuestStart } from '@coordinator/shared/report';
import type { ProcessMarker } from '../../process/index.ts';
import { startVmmChild, type VmmChild, type VmmCommand } from '../child.ts';
import type { Vmm, VmmExit } from '../vmm.ts';
import { type QemuMachine, qemuArguments, restoredArguments, templateArguments } from './arguments.ts';
import { hotPlug } from './hot-plug.ts';
import { Migration } from './migration.ts';
import { QmpClient, type QmpEvent } from './qmp.ts';

/** Boots a guest under QEMU. @throws CoordinatorError when the program cannot be started. */
export async function startQemu(
  command: VmmCommand,
  machine: QemuMachine,
  marker: ProcessMarker,
): Promise<Vmm> {
  const vmm = await QemuVmm.start(command, qemuArguments(machine), machine, marker);
  // Only tells why the guest ended; the run does not depend on it.
  vmm.connect().catch(() => {});
  return vmm;
}

/** Boots a guest that is to be saved. @throws CoordinatorError when the program cannot be started. */
export async function startTemplate(
  command: VmmCommand,
  machine: QemuMachine,
  marker: ProcessMarker,
): Promise<Vmm & { save(file: string): Promise<void> }> {
  const vmm = await QemuVmm.start(command, templateArguments(machine), machine, marker);
  const connected = vmm.connect();
  connected.catch(() => {});
  return Object.assign(vmm, { save: async (file: string) => (await connected).migration.save(file) });
}

/**
 * Restores a guest from a saved one, plugs its functions in, and lets it go on once `saved` is known to be good.
 * @throws Error saying why it could not be restored; its VMM is gone then.
 */
export async function restoreQemu(
  command: VmmCommand,
  machine: QemuMachine,
  saved: { readonly file: string; readonly verified: Promise<void> },
  marker: ProcessMarker,
): Promise<Vmm> {
  const vmm = await QemuVmm.start(command, restoredArguments(machine), machine, marker, 'snapshot');
  try {
    const { qmp, migration } = await vmm.connect();
    await migration.restore(saved.file);
    await hotPlug(qmp, machine.functions, machine.vsock ?? null);
    await saved.verified;
    await qmp.execute('cont');
    return vmm;
  } catch (error) {
    await vmm.stop();
    throw error;
  }
}

interface Control {
  readonly qmp: QmpClient;
  readonly migration: Migration;
}

class QemuVmm implements Vmm {
  readonly pid: number;
  readonly command: readonly string[];
  readonly start: GuestStart;
  readonly console: Readable;
  readonly consoleInput: Writable;
  readonly exited: Promise<VmmExit>;
  readonly #child: VmmChild;
  readonly #qmpSocket: string;
  readonly #ended = new AbortController();
  #guestRequest: VmmExit['guestRequest'] = null;

  static async start(
    command: VmmCommand,
    args: readonly string[],
    { qmpSocket, errorLog }: QemuMachine,
    marker: ProcessMarker,
    start: GuestStart = 'cold',
  ): Promise<QemuVmm> {
    return new QemuVmm(await startVmmChild(command, args, marker, errorLog), qmpSocket, start);
  }

  private constructor(child: VmmChild, qmpSocket: string, start: GuestStart) {
    this.start = start;
    this.pid = child.pid;
    this.command = child.command;
    this.#child = child;
    this.#qmpSocket = qmpSocket;
    this.console = child.stdout;
    this.consoleInput = child.stdin;
    this.exited = child.exited.then((status) => {
      this.#ended.abort();
      return { ...status, guestRequest: this.#guestRequest, complaint: child.complaint() };
    });
  }

  /** Rejects when QEMU ends first. */
  async connect(): Promise<Control> {
    let tell = (_: QmpEvent): void => {};
    const onEvent = (event: QmpEvent) => {
      this.#onEvent(event);
      tell(event);
    };
    const qmp = await QmpClient.connect(this.#qmpSocket, onEvent, this.#ended.signal);
    const migration = new Migration(qmp);
    tell = migration.onEvent;
    return { qmp, migration };
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
