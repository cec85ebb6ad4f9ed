/** Counters of one engine beside those of every device; they survive resets and reconnects. */
export interface EngineStats {
  /** Commands written to `cmd`, misconfigured ones included. */
  launched: number;
  /** Commands that ran to an end, good or ERROR. */
  transactions: number;
  /** Of those, the ones that ended in ERROR. */
  errors: number;
  misconfigured: number;
  /** Bytes of the regions that commands which ended well worked on. */
  bytes: number;
}

export function makeStats(): EngineStats {
  return {
    launched: 0,
    transactions: 0,
    errors: 0,
    misconfigured: 0,
    bytes: 0,
  };
}
