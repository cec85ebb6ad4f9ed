import type { Readable, Writable } from 'node:stream';
import type { GuestStart } from '@coordinator/shared/report';
import type { ProcessMarker } from '../../process/index.ts';
import { isStandby } from '../../runtime-folder/index.ts';
import { startVmmChild, type VmmChild, type VmmCommand } from '../child.ts';
import type { CommandPort, Vmm, VmmExit } from '../vmm.ts';
import {
  commandSocketOf,
  gdbSocketOf,
  type QemuMachine,
  qemuArguments,
  type RestoredMachine,
  restoredArguments,
  templateArguments,
} from './arguments.ts';
import { untilConnected } from './connect.ts';
import { connectControl, type QemuControl } from './control.ts';
import { qemuEnvironment } from './environment.ts';
import { hotPlug } from './hot-plug.ts';
import { fillMemory, type SavedState } from './memory.ts';
import type { QmpEvent } from './qmp.ts';
import { batchLauncher } from './scheduling.ts';

/** Boots a guest under QEMU. @throws CoordinatorError when the program cannot be started. */
export async function startQemu(
  command: VmmCommand,
  machine: QemuMachine,
  marker: ProcessMarker,
): Promise<Vmm> {
  const vmm = await QemuVmm.start(command, qemuArguments(machine), machine, marker);
  vmm.gdbSocket = gdbSocketOf(machine);
  // Only tells why the guest ended; the run does not depend on it.
  vmm.connect().catch(() => {});
  return vmm;
}

/** Boots a guest that is to be saved. @throws CoordinatorError when the program cannot be started. */
export async function startTemplate(
  command: VmmCommand,
  machine: QemuMachine,
  memoryFile: string | null,
  marker: ProcessMarker,
): Promise<Vmm & { save(file: string): Promise<void> }> {
  const vmm = await QemuVmm.start(command, templateArguments(machine, memoryFile), machine, marker);
  const connected = vmm.connect();
  connected.catch(() => {});
  return Object.assign(vmm, { save: async (file: string) => (await connected).migration.save(file) });
}

/** A guest that is restored and stands still: it has no function yet, and does not know who it is. */
export interface StandingGuest {
  /** Resolves when its VMM is gone. */
  readonly exited: Promise<unknown>;
  /**
   * Plugs its functions in, and lets it go on once it is known that what it was restored from is good.
   * @throws Error saying why it cannot; its VMM is gone then.
   */
  wake(machine: WakingMachine, verified: Promise<void>): Promise<Vmm>;
  /** Never rejects. */
  stop(): Promise<void>;
}

/** What a guest gets when it is woken: all else it was started with. */
export type WakingMachine = Pick<QemuMachine, 'functions' | 'vsock' | 'errorLog'>;

/**
 * Restores a guest from a saved one.
 * @param signal ends its VMM, while it is being restored or stands still
 * @throws Error saying why it could not be restored; its VMM is gone then.
 */
export async function restoreQemu(
  command: VmmCommand,
  machine: RestoredMachine,
  saved: SavedState,
  marker: ProcessMarker,
  signal?: AbortSignal,
): Promise<StandingGuest> {
  const vmm = await QemuVmm.start(command, restoredArguments(machine, saved), machine, marker, 'snapshot');
  const end = () => void vmm.stop();
  if (signal?.aborted) end();
  signal?.addEventListener('abort', end, { once: true });
  return vmm.orStop(async () => {
    const { qmp, migration } = await vmm.connect();
    if (saved.memory) await fillMemory(vmm.pid, machine.memoryMiB, saved.memory);
    await migration.restore(saved.state);
    return {
      exited: vmm.exited,
      stop: () => vmm.stop(),
      wake: ({ functions, vsock = null, errorLog }, verified) =>
        vmm.orStop(async () => {
          if (errorLog !== undefined) vmm.keepErrors(errorLog);
          await hotPlug(qmp, functions, vsock);
          await verified;
          await qmp.execute('cont');
          return vmm;
        }),
    };
  });
}

class QemuVmm implements Vmm {
  readonly pid: number;
  readonly command: readonly string[];
  readonly start: GuestStart;
  gdbSocket: string | undefined;
  readonly commandPort: CommandPort;
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
    {
      name,
      qmpSocket,
      errorLog,
      accelerator,
      shares,
    }: Pick<QemuMachine, 'name' | 'qmpSocket' | 'errorLog' | 'accelerator' | 'shares'>,
    marker: ProcessMarker,
    start: GuestStart = 'cold',
  ): Promise<QemuVmm> {
    const child = await startVmmChild(command, args, marker, {
      errorLog,
      environment: qemuEnvironment,
      launcher: accelerator === 'tcg' ? batchLauncher(command) : [],
      standbyFolder: isStandby(name) ? shares.find(({ readOnly }) => !readOnly)?.folder : undefined,
    });
    return new QemuVmm(child, { name, qmpSocket }, start);
  }

  private constructor(child: VmmChild, machine: Pick<QemuMachine, 'name' | 'qmpSocket'>, start: GuestStart) {
    this.start = start;
    this.pid = child.pid;
    this.command = child.command;
    this.#child = child;
    this.#qmpSocket = machine.qmpSocket;
    const path = commandSocketOf(machine);
    this.commandPort = { path, open: () => untilConnected(path, this.#ended.signal) };
    this.console = child.stdout;
    this.consoleInput = child.stdin;
    this.exited = child.exited.then((status) => {
      this.#ended.abort();
      return { ...status, guestRequest: this.#guestRequest, complaint: child.complaint() };
    });
  }

  /** Rejects when QEMU ends first. */
  connect(): Promise<QemuControl> {
    return connectControl(this.#qmpSocket, this.#ended.signal, (event) => this.#onEvent(event));
  }

  async stop(): Promise<void> {
    this.#child.kill();
    await this.exited;
  }

  /** Does what the guest cannot do without: if that fails, its VMM is gone. */
  async orStop<Result>(step: () => Promise<Result>): Promise<Result> {
    try {
      return await step();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  keepErrors(file: string): void {
    this.#child.keepErrors(file);
  }

  #onEvent({ event, data }: QmpEvent): void {
    if (event !== 'SHUTDOWN' || data?.['guest'] !== true) return;
    this.#guestRequest = data['reason'] === 'guest-reset' ? 'reset' : 'shutdown';
  }
}
