import { Flag, HEADER_BYTES, header } from './protocol.ts';

/**
 * Small enough that the kernel takes it in one piece or not at all (QEMU gives a connection up if it reads
 * part of a header), large enough for many replies.
 */
const CAPACITY = 16 * 1024;

/** The longest message sent: a page of data behind a header and an access. */
export const MAX_OUTGOING_BYTES = HEADER_BYTES + 32 + 4096;

/** Messages on their way out. Never grows: who fills it checks {@link hasRoom} first. */
export class Outbox {
  /** Never moves, so that its address may be handed to the kernel. */
  readonly bytes = new Uint8Array(new ArrayBuffer(CAPACITY));
  readonly view = new DataView(this.bytes.buffer);
  #start = 0;
  #end = 0;

  get start(): number {
    return this.#start;
  }

  get length(): number {
    return this.#end - this.#start;
  }

  /** Whether one more message of any size fits. */
  get hasRoom(): boolean {
    return CAPACITY - this.#end >= MAX_OUTGOING_BYTES;
  }

  /** Appends a message of `payloadBytes` zero bytes; returns where its payload is. */
  append(id: number, command: number, flags: number, error: number, payloadBytes: number): number {
    const at = this.#end;
    const size = HEADER_BYTES + payloadBytes;
    this.#end += size;
    this.view.setUint16(at + header.id.offset, id, true);
    this.view.setUint16(at + header.command.offset, command, true);
    this.view.setUint32(at + header.size.offset, size, true);
    this.view.setUint32(at + header.flags.offset, flags, true);
    this.view.setUint32(at + header.error.offset, error, true);
    this.bytes.fill(0, at + HEADER_BYTES, this.#end);
    return at + HEADER_BYTES;
  }

  reply(id: number, command: number, payloadBytes: number): number {
    return this.append(id, command, Flag.REPLY, 0, payloadBytes);
  }

  /** An error reply has no payload. */
  refuse(id: number, command: number, errno: number): void {
    this.append(id, command, Flag.REPLY | Flag.ERROR, errno, 0);
  }

  /** The first `count` bytes have been sent. */
  sent(count: number): void {
    this.#start += count;
    if (this.#start === this.#end) {
      this.#start = 0;
      this.#end = 0;
    }
  }
}
