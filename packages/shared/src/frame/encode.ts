import { crc32 } from './crc32.ts';
import { FIRST_SEQUENCE, FRAME_MAGIC, frameLayout, MAX_PAYLOAD_BYTES } from './layout.ts';

/**
 * Makes one frame around `payload`.
 * @throws RangeError when the payload is larger than {@link MAX_PAYLOAD_BYTES}.
 */
export function encodeFrame(sequence: number, payload: Uint8Array): Uint8Array {
  if (payload.length > MAX_PAYLOAD_BYTES) {
    throw new RangeError(
      `frame payload of ${payload.length} bytes is over the limit of ${MAX_PAYLOAD_BYTES}`,
    );
  }
  const frame = new Uint8Array(frameLayout.headerBytes + payload.length);
  const view = new DataView(frame.buffer);
  frame.set(FRAME_MAGIC, frameLayout.magic);
  view.setUint32(frameLayout.length, payload.length, true);
  view.setUint32(frameLayout.sequence, sequence, true);
  view.setUint32(frameLayout.payloadCrc, crc32(payload), true);
  view.setUint32(frameLayout.headerCrc, crc32(frame, 0, frameLayout.headerCrc), true);
  frame.set(payload, frameLayout.headerBytes);
  return frame;
}

/** Numbers the frames of one stream. */
export class FrameEncoder {
  #sequence = FIRST_SEQUENCE;

  /** The number of the frame made last; 0 when there was none. */
  get last(): number {
    return this.#sequence - 1;
  }

  /** The next frame of the stream, holding `payload`. Throws like {@link encodeFrame}, which uses up no number. */
  encode(payload: Uint8Array): Uint8Array {
    const frame = encodeFrame(this.#sequence, payload);
    this.#sequence += 1;
    return frame;
  }
}
