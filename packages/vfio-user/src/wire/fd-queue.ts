import { ProtocolError } from '../errno.ts';
import { MAX_MESSAGE_FDS } from './protocol.ts';

/**
 * Descriptors that arrived beside bytes, and the message they belong to. The kernel ends a read of a UNIX
 * stream behind the bytes of the send that carried descriptors, so they belong to the message that holds the
 * last byte of that read, not to messages before it in the same read.
 */
export class FdQueue {
  #batches: { readonly lastPosition: number; readonly fds: number[] }[] = [];
  #count = 0;

  /** `position`: bytes of the stream received with the read that brought `fds`, this read included. */
  add(fds: number[], position: number): void {
    if (fds.length === 0) return;
    this.#batches.push({ lastPosition: position, fds });
    this.#count += fds.length;
    if (this.#count > MAX_MESSAGE_FDS)
      throw new ProtocolError(
        `${this.#count} descriptors wait for one message; ${MAX_MESSAGE_FDS} are allowed`,
      );
  }

  /** The descriptors of the message that ends at stream position `end`. The caller owns them. */
  take(end: number): number[] {
    const first = this.#batches[0];
    if (first === undefined || first.lastPosition > end) return NO_FDS;
    const fds: number[] = [];
    for (let batch = this.#batches[0]; batch !== undefined && batch.lastPosition <= end; ) {
      fds.push(...batch.fds);
      this.#batches.shift();
      batch = this.#batches[0];
    }
    this.#count -= fds.length;
    return fds;
  }

  /** Everything left, for closing. */
  drain(): number[] {
    return this.take(Number.POSITIVE_INFINITY);
  }
}

const NO_FDS: number[] = [];
