// A device that adds up the bytes of a piece of guest memory, and tells by an interrupt that it has:
//
//   BAR0  0x00 u64 address   0x08 u32 length, 64 KiB at most   0x0c u32 write 1: start; read: 0 idle, 1 busy, 2 done, 3 fault
//         0x10 u64 sum, or the address that was refused
//   BAR1  MSI-X: one vector, raised when a sum is done or has faulted
//
//   node checksum.js /tmp/checksum.sock
//   qemu-system-aarch64 -M virt,memory-backend=mem -object memory-backend-memfd,id=mem,size=256M,share=on -m 256M ... \
//     -device '{"driver":"vfio-user-pci","socket":{"type":"unix","path":"/tmp/checksum.sock"}}'
import { serve } from '@coordinator/vfio-user';

const START = 0x0c;
const RESULT = 0x10;
const BUSY = 1;
const DONE = 2;
const FAULT = 3;
const MAX_BYTES = 64 * 1024;

class Checksum {
  model = {
    identity: { vendor: 0x1234, device: 0xc5c5, classCode: 0xff0000 },
    bars: { 0: { bytes: 4096 }, 1: { bytes: 4096 } },
    msix: { at: 0x40, vectors: 1, table: { bar: 1 }, pending: { bar: 1, offset: 0x800 } },
    express: { at: 0x50, type: 'endpoint' },
  };
  #registers = new DataView(new ArrayBuffer(24));
  #port;

  constructor(port) {
    this.#port = port;
  }

  /** Fills in what there is; the rest reads as zeros. */
  read(bar, offset, count, target, at) {
    for (let n = 0; bar === 0 && n < count && offset + n < 24; n++)
      target[at + n] = this.#registers.getUint8(offset + n);
  }

  write(bar, offset, count, data, at) {
    if (bar !== 0 || this.#registers.getUint32(START, true) === BUSY) return;
    if (offset === START) this.#start();
    for (let n = 0; n < count && offset + n < START; n++) this.#registers.setUint8(offset + n, data[at + n]);
  }

  reset() {
    new Uint8Array(this.#registers.buffer).fill(0);
  }

  #start() {
    const address = this.#registers.getBigUint64(0, true);
    const length = Math.min(this.#registers.getUint32(8, true), MAX_BYTES);
    this.#registers.setUint32(START, BUSY, true);
    this.#port.dma.read(address, length, ({ bytes, fault }) => {
      const sum = BigInt(bytes.reduce((total, byte) => total + byte, 0));
      this.#registers.setBigUint64(RESULT, fault ?? sum, true);
      this.#registers.setUint32(START, fault === null ? DONE : FAULT, true);
      this.#port.signal(0);
    });
  }
}

serve(process.argv[2] ?? '/tmp/checksum.sock', (port) => new Checksum(port));
