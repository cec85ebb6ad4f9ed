import { usageError } from '@coordinator/base/errors';
import type { QemuDevice } from '@coordinator/shared/plan';
import type { VirtualDevice, VirtualDevices } from '../virtual.ts';

/** One that QEMU emulates, part of each guest's. */
export class VirtualFunctions implements VirtualDevices {
  readonly #device: QemuDevice;

  /** @throws CoordinatorError (usage) when the plan names none that QEMU could emulate. */
  constructor(device: QemuDevice | null) {
    if (device === null)
      throw usageError(
        'guests of the platform "virtual" get a function that QEMU emulates, and the plan names none',
        'add it to the device of the plan, such as qemu: igb; or use --platform host or lab',
      );
    this.#device = device;
  }

  async add(): Promise<VirtualDevice> {
    return { function: { kind: 'emulated', ...withoutRom(this.#device) } };
  }

  async close(): Promise<void> {}
}

/** Guests have no firmware that would run what is in it, and QEMU's files for it need not be there. */
const withoutRom = ({ driver, properties }: QemuDevice): QemuDevice => ({
  driver,
  properties: { romfile: '', ...properties },
});
