import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CoordinatorError, messageOf } from '@coordinator/base/errors';
import type { DevicePlace, VirtualDevice, VirtualDevices } from '../virtual.ts';

/** Room for what the built-in plan writes, and more; nothing is stored before it is written. */
const DISK_BYTES = 64 * 2 ** 20;

/** QEMU's own NVMe functions, each with an empty disk in a file that is gone with the guest. */
export class VirtualDisks implements VirtualDevices {
  readonly #folder: string;

  constructor({ runtimeFolder }: DevicePlace) {
    this.#folder = runtimeFolder;
  }

  async add(guest: string): Promise<VirtualDevice> {
    const image = join(this.#folder, `${guest}.img`);
    try {
      const file = await open(image, 'wx', 0o600);
      await file.truncate(DISK_BYTES).finally(() => file.close());
    } catch (error) {
      throw new CoordinatorError(`the disk of ${guest} cannot be made: ${messageOf(error)}`);
    }
    return {
      function: { kind: 'emulated', driver: 'nvme', properties: { serial: `coordinator-${guest}` }, image },
      remove: () => rm(image, { force: true }).catch(() => {}),
    };
  }

  async close(): Promise<void> {}
}
