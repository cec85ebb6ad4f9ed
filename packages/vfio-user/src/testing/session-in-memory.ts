import type { Device, MakeDevice } from '../device/device.ts';
import { PciFunction } from '../device/pci-function.ts';
import type { Backing } from '../dma/dma-table.ts';
import { Session } from '../session/session.ts';
import { MessageBuffer } from '../wire/message-buffer.ts';
import { Outbox } from '../wire/outbox.ts';

/** A session with a device and without sockets: bytes in, bytes out. */
export class SessionInMemory<D extends Device> {
  readonly input = new MessageBuffer();
  readonly outbox = new Outbox();
  readonly refused: string[] = [];
  readonly lines = {
    isConnected: () => false,
    raise: () => false,
    connect: () => {},
    disconnect: () => {},
    disconnectAll: () => {},
  };
  readonly device: PciFunction<D>;
  readonly session: Session;

  constructor(make: MakeDevice<D>) {
    this.device = new PciFunction(make, { lines: this.lines });
    this.session = new Session(
      {
        device: this.device,
        lines: this.lines,
        memory: { open: (): Backing | null => null },
        outbox: this.outbox,
        onRefused: (what) => this.refused.push(what),
      },
      this.input.bytes,
      this.input.view,
    );
  }

  /** Feeds `bytes` in pieces; returns how many messages were handled. */
  feed(bytes: Uint8Array, piece: number): number {
    let handled = 0;
    for (let at = 0; at < bytes.length; ) {
      const room = Math.min(this.input.prepare(), piece, bytes.length - at);
      this.input.bytes.set(bytes.subarray(at, at + room), this.input.end);
      this.input.received(room);
      at += room;
      for (let message = this.input.next(); message !== null; message = this.input.next()) {
        if (!this.outbox.hasRoom) this.outbox.sent(this.outbox.length);
        this.session.handle(message, []);
        if (this.device.runnable) this.device.runSlice();
        this.session.pump(0);
        handled++;
      }
    }
    return handled;
  }

  /** The next message of the server. */
  reply(): { id: number; command: number; flags: number; error: number; payload: Buffer } {
    const bytes = Buffer.from(
      this.outbox.bytes.subarray(this.outbox.start, this.outbox.start + this.outbox.length),
    );
    const size = bytes.readUInt32LE(4);
    this.outbox.sent(size);
    return {
      id: bytes.readUInt16LE(0),
      command: bytes.readUInt16LE(2),
      flags: bytes.readUInt32LE(8),
      error: bytes.readUInt32LE(12),
      payload: bytes.subarray(16, size),
    };
  }
}
