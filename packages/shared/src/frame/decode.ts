import { concatenate } from './concatenate.ts';
import { crc32 } from './crc32.ts';
import { FIRST_SEQUENCE, FRAME_MAGIC, frameLayout, MAX_PAYLOAD_BYTES, UNNUMBERED } from './layout.ts';

/** Why bytes of a stream were passed over. */
export type SkipReason = 'no-magic' | 'header-crc' | 'oversized' | 'payload-crc' | 'cut-off';

/** What a stream was found to hold, in stream order. `offset` counts bytes from the stream's start. */
export type FrameItem =
  | {
      readonly kind: 'frame';
      readonly sequence: number;
      readonly offset: number;
      readonly payload: Uint8Array;
    }
  /** A whole frame outside the numbered sequence. */
  | { readonly kind: 'unnumbered'; readonly offset: number; readonly payload: Uint8Array }
  /** `bytes` bytes from `offset` on belong to no good frame. */
  | { readonly kind: 'skipped'; readonly reason: SkipReason; readonly offset: number; readonly bytes: number }
  /** Frames `from` to `to` (inclusive) never came, or came damaged. */
  | { readonly kind: 'gap'; readonly from: number; readonly to: number }
  /** A whole frame whose number was already passed: sent twice, or out of order. Its payload is not used. */
  | { readonly kind: 'repeated'; readonly sequence: number; readonly offset: number; readonly bytes: number };

/**
 * How often, on average, a byte may be looked at again inside frames whose payload was damaged. Good frames can
 * lie inside what a cut frame claimed, but a hostile stream of nested headers must not cost quadratic time.
 */
const RESCANS_PER_BYTE = 8;

/**
 * Finds frames in a stream that arrives in pieces of any size. Never throws: whatever is damaged is passed over and
 * reported, and every byte of the stream is accounted for by exactly one item. Holds at most one frame of the
 * largest size plus the piece just pushed.
 */
export class FrameDecoder {
  #held: Uint8Array = new Uint8Array(0);
  /** Stream offset of `#held[0]`. */
  #offset = 0;
  #expected = FIRST_SEQUENCE;
  #rescanBudget = MAX_PAYLOAD_BYTES;
  #skip: { reason: SkipReason; offset: number; bytes: number } | undefined;

  /** Bytes that may still become part of a frame. */
  get pendingBytes(): number {
    return this.#held.length;
  }

  /** Whether bytes were passed over that no item has told of yet: it comes with the next frame. */
  get damaged(): boolean {
    return this.#skip !== undefined;
  }

  /** Takes the next piece of the stream; `piece` may be reused by the caller afterwards. */
  push(piece: Uint8Array): FrameItem[] {
    const items: FrameItem[] = [];
    this.#rescanBudget += piece.length * RESCANS_PER_BYTE;
    // A copy in every case; a Buffer's slice() would be none.
    this.#held = concatenate(this.#held, piece);
    this.#drop(this.#scan(items));
    return items;
  }

  /** The stream is over: what was still waiting for its rest is searched for whole frames, then reported. */
  end(): FrameItem[] {
    const items: FrameItem[] = [];
    while (this.#held.length > 0) {
      // The frame at the front will never be complete, but others may lie inside what it claimed.
      this.#note('cut-off', 1);
      this.#drop(1);
      this.#drop(this.#scan(items));
    }
    this.#flushSkip(items);
    return items;
  }

  /** Consumes what can be decided, and returns how many held bytes that was. */
  #scan(items: FrameItem[]): number {
    const bytes = this.#held;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (at < bytes.length) {
      const start = findMagic(bytes, at);
      if (start > at) {
        this.#note('no-magic', start - at, at);
        at = start;
      }
      if (bytes.length - at < frameLayout.headerBytes) break;
      if (crc32(bytes, at, at + frameLayout.headerCrc) !== view.getUint32(at + frameLayout.headerCrc, true)) {
        this.#note('header-crc', 1, at);
        at += 1;
        continue;
      }
      const length = view.getUint32(at + frameLayout.length, true);
      if (length > MAX_PAYLOAD_BYTES) {
        this.#note('oversized', 1, at);
        at += 1;
        continue;
      }
      const end = at + frameLayout.headerBytes + length;
      if (end > bytes.length) break;
      if (
        crc32(bytes, at + frameLayout.headerBytes, end) !== view.getUint32(at + frameLayout.payloadCrc, true)
      ) {
        const again = length <= this.#rescanBudget;
        if (again) this.#rescanBudget -= length;
        const passed = again ? 1 : end - at;
        this.#note('payload-crc', passed, at);
        at += passed;
        continue;
      }
      this.#flushSkip(items);
      this.#accept(items, view.getUint32(at + frameLayout.sequence, true), at, bytes.subarray(at, end));
      at = end;
    }
    return at;
  }

  #accept(items: FrameItem[], sequence: number, at: number, frame: Uint8Array): void {
    const offset = this.#offset + at;
    if (sequence === UNNUMBERED) {
      items.push({ kind: 'unnumbered', offset, payload: frame.subarray(frameLayout.headerBytes) });
      return;
    }
    if (sequence < this.#expected) {
      items.push({ kind: 'repeated', sequence, offset, bytes: frame.length });
      return;
    }
    if (sequence > this.#expected) items.push({ kind: 'gap', from: this.#expected, to: sequence - 1 });
    this.#expected = sequence + 1;
    items.push({ kind: 'frame', sequence, offset, payload: frame.subarray(frameLayout.headerBytes) });
  }

  /** Adds to the run of bytes passed over; the first reason names the run. */
  #note(reason: SkipReason, bytes: number, at = 0): void {
    if (this.#skip) this.#skip.bytes += bytes;
    else this.#skip = { reason, offset: this.#offset + at, bytes };
  }

  #flushSkip(items: FrameItem[]): void {
    if (!this.#skip) return;
    items.push({ kind: 'skipped', ...this.#skip });
    this.#skip = undefined;
  }

  #drop(count: number): void {
    this.#held = this.#held.subarray(count);
    this.#offset += count;
  }
}

/** Index at or after `from` where the magic, or as much of it as has arrived, begins; `bytes.length` if nowhere. */
function findMagic(bytes: Uint8Array, from: number): number {
  const [first] = FRAME_MAGIC;
  for (
    let start = bytes.indexOf(first as number, from);
    start !== -1;
    start = bytes.indexOf(first as number, start + 1)
  ) {
    let matched = 1;
    while (matched < FRAME_MAGIC.length && bytes[start + matched] === FRAME_MAGIC[matched]) matched += 1;
    if (matched === FRAME_MAGIC.length || start + matched === bytes.length) return start;
  }
  return bytes.length;
}
