import { type DeviceWork, exactly, none, type StepPromise } from '../promise.ts';
import type { SmmuteStep } from './transaction.ts';

/** Launches of one P2P transaction; each but a merged one raises an interrupt, and two are on one vector. */
const P2P_LAUNCHES = 3;
const P2P_RESULTS = 2;
/** What each of them works on: a command and the word behind it. */
const P2P_BYTES = 8;

const work = (launches: number, bytes: number, interrupts: number): DeviceWork => ({
  launches: exactly(launches),
  bytes: exactly(bytes),
  interrupts: exactly(interrupts),
});

export function promiseOfSmmute({
  mode,
  size,
  transactions,
  repetitions,
  fault,
  depth,
}: SmmuteStep): StepPromise {
  const nothing = { misconfigured: none, aborted: none, strikes: false, overlaps: false, inTurn: true };
  if (fault === 'read' || fault === 'write')
    return { ...nothing, results: none, interrupts: none, work: work(0, 0, 0) };
  // A frame with a PASID goes no further than the function, which has no such capability.
  const strikes = fault !== 'substream';
  if (mode === 'p2p') {
    const results = exactly(transactions * P2P_RESULTS);
    // A first launch that fails is the only one; what is told of the second differs between drivers.
    if (fault !== null)
      return {
        ...nothing,
        results,
        aborted: { min: transactions, max: results.max },
        strikes,
        interrupts: exactly(transactions),
        work: work(transactions, 0, transactions),
      };
    const launches = transactions * P2P_LAUNCHES;
    const interrupts = { min: transactions * (P2P_LAUNCHES - 1), max: launches };
    return { ...nothing, results, interrupts, work: work(launches, launches * P2P_BYTES, launches) };
  }
  const total = transactions * repetitions;
  const count = exactly(total);
  if (fault === null || fault === 'tlb') {
    const overlaps = depth > 1;
    const interrupts = overlaps ? { min: 1, max: count.max } : count;
    return { ...nothing, results: count, interrupts, overlaps, work: work(total, total * size, total) };
  }
  // Before it goes stale, an address is used once, so that there is something in the IOTLB; that raises no interrupt.
  const isStale = fault.startsWith('stale-');
  const failed = {
    results: count,
    work: isStale ? work(2 * total, total * size, total) : work(total, 0, total),
  };
  // An inverted address is odd, which SUM64 refuses; the other commands run into it.
  if (fault === 'drv' && mode === 'sum64')
    return { ...nothing, results: count, misconfigured: count, interrupts: none, work: work(total, 0, 0) };
  return { ...nothing, ...failed, aborted: count, strikes, interrupts: count };
}
