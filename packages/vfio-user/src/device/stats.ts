/** Counters of one function since it was added; they survive resets and reconnects. */
export interface FunctionStats {
  /** MSI-X messages that reached the client. */
  interrupts: number;
  /** Accesses to what the device has in its BARs. */
  registerReads: number;
  registerWrites: number;
  /** DMA_READ and DMA_WRITE messages sent to the client. */
  remoteTransfers: number;
  resets: number;
}

export function makeFunctionStats(): FunctionStats {
  return { interrupts: 0, registerReads: 0, registerWrites: 0, remoteTransfers: 0, resets: 0 };
}

/** Counters of a device as it is served. */
export interface ServedStats extends FunctionStats {
  connected: boolean;
  /** Windows of DMA_MAP now. */
  dmaMaps: number;
  /** Messages that were refused with an error reply. */
  refused: number;
}
