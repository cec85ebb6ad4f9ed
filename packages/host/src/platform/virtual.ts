import { join } from 'node:path';
import { EngineServer } from '@coordinator/engine';
import { CoordinatorError, messageOf } from '../errors.ts';
import { markerEnvironment, type ProcessMarker } from '../process/index.ts';
import { type GuestMachine, startQemu, type Vmm, type VmmCommand } from '../vmm/index.ts';
import type { Lease, Platform } from './platform.ts';

export interface VirtualPlatformOptions {
  readonly qemu: { readonly command: VmmCommand; readonly version: string };
  /** Where sockets go; short, and ours alone. */
  readonly runtimeFolder: string;
  /** The built entry of the device server. */
  readonly deviceServer: string;
  readonly marker: Omit<ProcessMarker, 'role'>;
  readonly accelerator: 'tcg' | 'kvm';
}

/** What the device server says of a client that closed its end. */
const CLIENT_CLOSED = 'client closed';

/**
 * Every guest is a QEMU with an SMMU test engine of its own. The engines of a run are served by one process, as the
 * device model needs little time and each process costs tens of megabytes.
 */
export class VirtualPlatform implements Platform {
  readonly name = 'virtual';
  readonly vmm = 'qemu';
  readonly vmmVersion: string;
  readonly #options: VirtualPlatformOptions;
  readonly #server: EngineServer;
  readonly #sockets = new Map<Lease, string>();
  /** By device; tells the guest that has it. A promise of the server's own would gather a listener for each guest. */
  readonly #lost = new Map<string, (detail: string) => void>();

  private constructor(options: VirtualPlatformOptions, server: EngineServer) {
    this.#options = options;
    this.#server = server;
    this.vmmVersion = options.qemu.version;
    void server.exited.then(({ code, signal }) => {
      for (const tell of this.#lost.values()) tell(`its device server ended (${signal ?? `status ${code}`})`);
    });
    server.on('disconnected', (id, reason) => {
      // A VMM that ends closes its end; why it ended, it tells itself.
      if (reason !== CLIENT_CLOSED)
        this.#lost.get(id)?.(`its device server closed the connection: ${reason}`);
    });
  }

  static async start(options: VirtualPlatformOptions): Promise<VirtualPlatform> {
    try {
      const server = await EngineServer.start({
        entry: options.deviceServer,
        env: { ...process.env, ...markerEnvironment({ ...options.marker, role: 'device-server' }) },
      });
      return new VirtualPlatform(options, server);
    } catch (error) {
      throw new CoordinatorError(`the device server cannot be started: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  async lease(guest: string, signal: AbortSignal): Promise<Lease> {
    signal.throwIfAborted();
    const socket = join(this.#options.runtimeFolder, `${guest}.vfio-user`);
    const id = await this.#server.addDevice({ socket, id: guest });
    const lost = new Promise<string>((resolve) => this.#lost.set(id, resolve));
    const lease: Lease = {
      device: { host_bdf: null, guest_bdf: null, driver: null, node: null },
      lost,
      breakDevice: () => this.#server.dropConnection(id),
      release: async () => {
        if (!this.#sockets.delete(lease)) return;
        this.#lost.delete(id);
        await this.#server.removeDevice(id).catch(() => {});
      },
    };
    this.#sockets.set(lease, socket);
    return lease;
  }

  start(machine: GuestMachine, lease: Lease): Promise<Vmm> {
    const socket = this.#sockets.get(lease);
    if (socket === undefined) throw new Error(`${machine.name} holds no device`);
    const { qemu, runtimeFolder, marker, accelerator } = this.#options;
    const qmpSocket = join(runtimeFolder, `${machine.name}.qmp`);
    return startQemu(
      qemu.command,
      { ...machine, accelerator, functions: [{ kind: 'vfio-user', socket }], qmpSocket },
      { ...marker, role: 'vmm', guest: machine.name, vmm: 'qemu', device: 'smmute (own)' },
    );
  }

  async close(): Promise<void> {
    await this.#server.stop();
  }
}
