/** Counters of one device since it was added; they survive resets and reconnects. */
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
  /** MSI-X messages that reached the client. */
  interrupts: number;
  /** Accesses to BAR0. */
  registerReads: number;
  registerWrites: number;
  /** DMA_READ and DMA_WRITE messages sent to the client. */
  remoteTransfers: number;
  resets: number;
}

export function makeStats(): EngineStats {
  return {
    launched: 0,
    transactions: 0,
    errors: 0,
    misconfigured: 0,
    bytes: 0,
    interrupts: 0,
    registerReads: 0,
    registerWrites: 0,
    remoteTransfers: 0,
    resets: 0,
  };
}
