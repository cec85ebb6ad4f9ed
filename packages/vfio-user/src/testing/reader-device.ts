import type { Device, DevicePort } from '../device/device.ts';
import type { FunctionModel } from '../pci/model.ts';

/** A row of registers: 8 bytes at 0x28 are a bus address, and 4 bytes written to 0 read 8 bytes from there. */
const ROW_BYTES = 128;
const ADDRESS = 0x28;

/** A device for tests: rows of plain registers that can read memory, and count what came of it. */
export class ReaderDevice implements Device {
  readonly model: FunctionModel = {
    identity: { vendor: 0x1234, device: 0x0001, classCode: 0xff0000 },
    bars: { 0: { bytes: 64 * 1024 }, 1: { bytes: 4096 } },
    msix: { at: 0x40, vectors: 16, table: { bar: 1 }, pending: { bar: 1, offset: 0x800 } },
    express: { at: 0x50, type: 'endpoint' },
  };
  readonly stats = { transactions: 0, errors: 0 };
  readonly #registers = new DataView(new ArrayBuffer(64 * 1024));
  readonly #bytes = new Uint8Array(this.#registers.buffer);
  readonly #port: DevicePort;

  constructor(port: DevicePort) {
    this.#port = port;
  }

  read(bar: number, offset: number, count: number, target: Uint8Array, at: number): void {
    if (bar === 0) target.set(this.#bytes.subarray(offset, offset + count), at);
  }

  write(bar: number, offset: number, count: number, data: Uint8Array, at: number): void {
    if (bar !== 0) return;
    this.#bytes.set(data.subarray(at, at + count), offset);
    if (offset % ROW_BYTES !== 0 || count !== 4) return;
    this.#port.dma.read(this.#registers.getBigUint64(offset + ADDRESS, true), 8, ({ bytes, fault }) => {
      this.stats.transactions++;
      if (fault !== null) this.stats.errors++;
      this.#bytes.set(bytes, offset + ADDRESS + 8);
      this.#port.signal(offset / ROW_BYTES);
    });
  }

  reset(): void {
    this.#bytes.fill(0);
  }
}
