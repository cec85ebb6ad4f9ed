import { join } from 'node:path';
import { CoordinatorError, messageOf } from '@coordinator/base/errors';
import { EngineServer } from '@coordinator/engine';
import { markerEnvironment } from '@coordinator/machine/process';
import type { DevicePlace, VirtualDevice, VirtualDevices } from '../virtual.ts';

/** What the device server says of a client that closed its end. */
const CLIENT_CLOSED = 'client closed';

/**
 * SMMU test engines. Those of a run are served by one process, as the device model needs little time and each process
 * costs tens of megabytes.
 */
export class VirtualEngines implements VirtualDevices {
  readonly #folder: string;
  readonly #server: EngineServer;
  readonly #defectOf: (guest: string) => string | null;
  /** By device; tells the guest that has it. A promise of the server's own would gather a listener for each guest. */
  readonly #lost = new Map<string, (detail: string) => void>();

  private constructor({ runtimeFolder, defectOf = () => null }: DevicePlace, server: EngineServer) {
    this.#folder = runtimeFolder;
    this.#server = server;
    this.#defectOf = defectOf;
    void server.exited.then(({ code, signal }) => {
      for (const tell of this.#lost.values()) tell(`its device server ended (${signal ?? `status ${code}`})`);
    });
    server.on('disconnected', (id, reason) => {
      // A VMM that ends closes its end; why it ended, it tells itself.
      if (reason !== CLIENT_CLOSED)
        this.#lost.get(id)?.(`its device server closed the connection: ${reason}`);
    });
  }

  static async start(options: DevicePlace): Promise<VirtualEngines> {
    const { deviceServer, marker } = options;
    try {
      const server = await EngineServer.start({
        entry: deviceServer,
        env: { ...process.env, ...markerEnvironment({ ...marker, role: 'device-server' }) },
      });
      return new VirtualEngines(options, server);
    } catch (error) {
      throw new CoordinatorError(`the device server cannot be started: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  async add(guest: string): Promise<VirtualDevice> {
    const socket = join(this.#folder, `${guest}.vfio-user`);
    const defect = this.#defectOf(guest);
    const id = await this.#server.addDevice({
      socket,
      id: guest,
      ...(defect !== null && { options: { defect } }),
    });
    return {
      function: { kind: 'vfio-user', socket },
      lost: new Promise((resolve) => this.#lost.set(id, resolve)),
      witness: async () => {
        const { launched = 0, bytes = 0, interrupts = 0 } = (await this.#server.stats())[id] ?? {};
        return { launches: launched, bytes, interrupts };
      },
      break: () => this.#server.dropConnection(id),
      remove: async () => {
        this.#lost.delete(id);
        await this.#server.removeDevice(id).catch(() => {});
      },
    };
  }

  async close(): Promise<void> {
    await this.#server.stop();
  }
}
