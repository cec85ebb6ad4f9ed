import { FIRST_SEQUENCE } from './layout.ts';

/** Where a frame stands in its sequence; see {@link SequenceMerger.place}. */
export type Placement =
  | { readonly kind: 'next' }
  /** It was taken before, from this stream or another. */
  | { readonly kind: 'known' }
  /** Frames `from` to `to` (inclusive) have not come. */
  | { readonly kind: 'ahead'; readonly from: number; readonly to: number };

/**
 * Makes one sequence out of frames that came over several streams, each in order, where what was sent on one may be
 * sent again on the next: every number is taken once, and in order.
 */
export class SequenceMerger {
  #next = FIRST_SEQUENCE;

  /** The last number taken; 0 when none was. */
  get taken(): number {
    return this.#next - 1;
  }

  /** Whether a frame of this number is to be taken now. Changes nothing. */
  place(sequence: number): Placement {
    if (sequence === this.#next) return { kind: 'next' };
    if (sequence < this.#next) return { kind: 'known' };
    return { kind: 'ahead', from: this.#next, to: sequence - 1 };
  }

  /** The frame of this number is taken; those before it that have not come are given up. */
  take(sequence: number): void {
    if (sequence < this.#next) throw new RangeError(`frame ${sequence} was taken before`);
    this.#next = sequence + 1;
  }
}
