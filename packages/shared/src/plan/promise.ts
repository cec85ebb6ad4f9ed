import type { SmmuteStep, TestStep } from './job.ts';

/** Both ends included. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** What a step comes to when all is well. The agent judges its tool by it, and the host the agent. */
export interface StepPromise {
  /** Results that the tool reports, those of transactions that fail on purpose included. */
  readonly results: Bounds;
  /** Of them, the ones that the device refused as misconfigured: they raise no interrupt. */
  readonly misconfigured: Bounds;
  /** Of them, the ones that the device aborted. */
  readonly aborted: Bounds;
  /** Interrupts on the device; null where the guest counts what raises them. */
  readonly interrupts: Bounds | null;
  /**
   * Whether transactions overlap, so that interrupts may merge: then there is at least one for each vector used, and
   * `interrupts.min` is what one vector alone would raise.
   */
  readonly overlaps: boolean;
  /** What the device itself counts; null where it does not tell. */
  readonly work: DeviceWork | null;
}

/** Work as a device counts it. */
export interface DeviceWork {
  /** Commands that it is given, those included that it refuses or aborts. */
  readonly launches: Bounds;
  /** Bytes of the regions that commands which ended well were told to work on. */
  readonly bytes: Bounds;
  /** Interrupts that it raises: as many as are due, also where some merge on their way. */
  readonly interrupts: Bounds;
}

const exactly = (count: number): Bounds => ({ min: count, max: count });
const none = exactly(0);

/** Launches of one P2P transaction; each but a merged one raises an interrupt, and two are on one vector. */
const P2P_LAUNCHES = 3;
const P2P_RESULTS = 2;
/** What each of them works on: a command and the word behind it. */
const P2P_BYTES = 8;

export function promiseOf(step: TestStep): StepPromise {
  return 'fault' in step ? promiseOfSmmute(step) : promiseOfNvme(step.transactions);
}

const work = (launches: number, bytes: number, interrupts: number): DeviceWork => ({
  launches: exactly(launches),
  bytes: exactly(bytes),
  interrupts: exactly(interrupts),
});

function promiseOfSmmute({ mode, size, transactions, repetitions, fault, depth }: SmmuteStep): StepPromise {
  const nothing = { misconfigured: none, aborted: none, overlaps: false };
  if (fault === 'read' || fault === 'write')
    return { ...nothing, results: none, interrupts: none, work: work(0, 0, 0) };
  if (mode === 'p2p') {
    const results = exactly(transactions * P2P_RESULTS);
    // A first launch that fails is the only one; what is told of the second differs between drivers.
    if (fault !== null)
      return {
        ...nothing,
        results,
        aborted: { min: transactions, max: results.max },
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
  return { ...nothing, ...failed, aborted: count, interrupts: count };
}

function promiseOfNvme(transactions: number): StepPromise {
  const results = exactly(transactions);
  return { results, misconfigured: none, aborted: none, interrupts: null, overlaps: false, work: null };
}
