import type { EncodedMessage } from './message-encoder.ts';

/**
 * So many bytes may be on their way, not acknowledged. A virtio-vsock device in user space was seen to stall when
 * its buffer of 64 KiB was filled at once.
 */
const WINDOW_BYTES = 32 * 1024;

/** Frames until they are acknowledged, and which part of them is to be sent next. */
export class Outbox {
  readonly #frames: EncodedMessage[] = [];
  /** Index of the frame that is being sent or will be next, and how much of it was. */
  #current = 0;
  #offset = 0;
  #bytes = 0;
  /** Bytes of the frames before `#current`, which wait for their acknowledgement. */
  #inFlight = 0;
  #acknowledgement: Uint8Array | null = null;

  /** Bytes of all frames that are not acknowledged. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Empties it. @returns the frames that are not acknowledged, oldest first. */
  drain(): readonly Uint8Array[] {
    const frames = this.#frames.splice(0).map(({ frame }) => frame);
    this.#current = 0;
    this.#offset = 0;
    this.#bytes = 0;
    this.#inFlight = 0;
    return frames;
  }

  add(message: EncodedMessage): void {
    this.#frames.push(message);
    this.#bytes += message.frame.length;
  }

  /** Sends an acknowledgement, in place of an earlier one that is still here, between the next two frames. */
  addAcknowledgement(frame: Uint8Array): void {
    this.#acknowledgement = frame;
  }

  /** Up to `limit` bytes to send now; null when there are none, or too many are on their way. */
  next(limit: number): Uint8Array | null {
    if (this.#offset === 0 && this.#acknowledgement) {
      const frame = this.#acknowledgement;
      this.#acknowledgement = null;
      return frame;
    }
    const message = this.#frames[this.#current];
    if (!message) return null;
    const { frame } = message;
    // A frame that was begun is sent to its end, or it would never be acknowledged.
    if (this.#offset === 0 && this.#inFlight > 0 && this.#inFlight + frame.length > WINDOW_BYTES) return null;
    const piece = frame.subarray(this.#offset, this.#offset + limit);
    this.#offset += piece.length;
    if (this.#offset === frame.length) {
      this.#current += 1;
      this.#offset = 0;
      this.#inFlight += frame.length;
    }
    return piece;
  }

  /** All frames up to `sequence` have arrived. @returns whether that was news. */
  acknowledge(sequence: number): boolean {
    let count = 0;
    for (const { sequence: own, frame } of this.#frames) {
      // What was not sent whole cannot have arrived, whatever is claimed.
      if (own > sequence || count === this.#current) break;
      count += 1;
      this.#bytes -= frame.length;
      this.#inFlight -= frame.length;
    }
    this.#frames.splice(0, count);
    this.#current -= count;
    return count > 0;
  }
}
