import type { VirtualDevice, VirtualDevices } from '../virtual.ts';

/** Of itself it drives 28 address lines, and a guest's memory begins at 1 GiB. */
const ALL_ADDRESSES = '0xffffffffffffffff';

/** QEMU's own, part of each guest's. */
export class VirtualEdus implements VirtualDevices {
  async add(): Promise<VirtualDevice> {
    return { function: { kind: 'emulated', driver: 'edu', properties: { dma_mask: ALL_ADDRESSES } } };
  }

  async close(): Promise<void> {}
}
