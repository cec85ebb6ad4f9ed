/** Work over one region of memory, done piece by piece by an {@link Execution}. */
export interface Command {
  /** Bus address of the first byte read, or null if nothing is read. */
  readonly source: bigint | null;
  /** Bus address of the first byte written, or null if nothing is written. */
  readonly destination: bigint | null;
  /** Bytes of the region. */
  readonly size: bigint;
  /** Bytes that are moved together: a piece is a multiple of it. */
  readonly unit: 1 | 8;
  /** Whether bytes between units must stay untouched, so that a piece out of reach is one unit only. */
  readonly sparse: boolean;
  /**
   * Handles the piece at `offset` of the region. `source` and `destination` (empty when there is none) have
   * the same length. Returns how far to go on, which may be beyond the piece.
   */
  process(source: Uint8Array, destination: Uint8Array, offset: bigint): bigint;
  /** The value for `udata[1]`, 0 unless the command computes one. */
  result(): bigint;
}
