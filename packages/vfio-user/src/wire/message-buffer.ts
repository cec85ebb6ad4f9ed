import { ProtocolError } from '../errno.ts';
import { HEADER_BYTES, header, MAX_MESSAGE_BYTES } from './protocol.ts';

/** Room for the longest message behind many short ones. */
const CAPACITY = 64 * 1024;

/** A message within {@link MessageBuffer.bytes}; valid until the next {@link MessageBuffer.prepare}. */
export interface Message {
  id: number;
  command: number;
  flags: number;
  error: number;
  /** Where the payload is in `bytes`. */
  payload: number;
  payloadBytes: number;
}

/**
 * Cuts a byte stream into messages without copying. The receiver writes at {@link end} what {@link prepare}
 * made room for, says so with {@link received}, and takes messages with {@link next} until there is none.
 */
export class MessageBuffer {
  /** Never moves, so that its address may be handed to the kernel. */
  readonly bytes = new Uint8Array(new ArrayBuffer(CAPACITY));
  readonly view = new DataView(this.bytes.buffer);
  #start = 0;
  #end = 0;
  #received = 0;
  readonly #message: Message = { id: 0, command: 0, flags: 0, error: 0, payload: 0, payloadBytes: 0 };

  get end(): number {
    return this.#end;
  }

  /** Bytes of the stream received and taken so far: positions that {@link FdQueue} ties descriptors to. */
  get receivedPosition(): number {
    return this.#received;
  }

  get takenPosition(): number {
    return this.#received - (this.#end - this.#start);
  }

  /** Makes room at {@link end} for at least the rest of one longest message; returns the bytes of room. */
  prepare(): number {
    if (this.#start === this.#end) {
      this.#start = 0;
      this.#end = 0;
    } else if (CAPACITY - this.#end < MAX_MESSAGE_BYTES) {
      this.bytes.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    return CAPACITY - this.#end;
  }

  received(count: number): void {
    this.#end += count;
    this.#received += count;
  }

  /**
   * The next complete message, in an object that is reused, or null.
   * @throws ProtocolError if the next header gives an impossible size.
   */
  next(): Message | null {
    const available = this.#end - this.#start;
    if (available < HEADER_BYTES) return null;
    const at = this.#start;
    const size = this.view.getUint32(at + header.size.offset, true);
    if (size < HEADER_BYTES || size > MAX_MESSAGE_BYTES)
      throw new ProtocolError(`message size ${size} is not within ${HEADER_BYTES} to ${MAX_MESSAGE_BYTES}`);
    if (available < size) return null;
    this.#start += size;
    const message = this.#message;
    message.id = this.view.getUint16(at + header.id.offset, true);
    message.command = this.view.getUint16(at + header.command.offset, true);
    message.flags = this.view.getUint32(at + header.flags.offset, true);
    message.error = this.view.getUint32(at + header.error.offset, true);
    message.payload = at + HEADER_BYTES;
    message.payloadBytes = size - HEADER_BYTES;
    return message;
  }
}
