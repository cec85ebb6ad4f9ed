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
  /** Commands that the device is given, as it counts them itself; null where it does not tell. */
  readonly launches: Bounds | null;
}

const exactly = (count: number): Bounds => ({ min: count, max: count });
const none = exactly(0);

/** Launches of one P2P transaction; each but a merged one raises an interrupt, and two are on one vector. */
const P2P_LAUNCHES = 3;
const P2P_RESULTS = 2;

export function promiseOf(step: TestStep): StepPromise {
  return 'fault' in step ? promiseOfSmmute(step) : promiseOfNvme(step.transactions);
}

function promiseOfSmmute({ mode, transactions, repetitions, fault, depth }: SmmuteStep): StepPromise {
  const nothing = { misconfigured: none, aborted: none, overlaps: false };
  if (fault === 'read' || fault === 'write')
    return { ...nothing, results: none, interrupts: none, launches: none };
  if (mode === 'p2p') {
    const results = exactly(transactions * P2P_RESULTS);
    // A first launch that fails is the only one; what is told of the second differs between drivers.
    if (fault !== null)
      return {
        ...nothing,
        results,
        aborted: { min: transactions, max: results.max },
        interrupts: exactly(transactions),
        launches: exactly(transactions),
      };
    const launches = transactions * P2P_LAUNCHES;
    const interrupts = { min: transactions * (P2P_LAUNCHES - 1), max: launches };
    return { ...nothing, results, interrupts, launches: exactly(launches) };
  }
  const count = exactly(transactions * repetitions);
  if (fault === null || fault === 'tlb') {
    const overlaps = depth > 1;
    const interrupts = overlaps ? { min: 1, max: count.max } : count;
    return { ...nothing, results: count, interrupts, overlaps, launches: count };
  }
  // An inverted address is odd, which SUM64 refuses; the other commands run into it.
  if (fault === 'drv' && mode === 'sum64')
    return { ...nothing, results: count, misconfigured: count, interrupts: none, launches: count };
  return { ...nothing, results: count, aborted: count, interrupts: count, launches: count };
}

function promiseOfNvme(transactions: number): StepPromise {
  const results = exactly(transactions);
  return { results, misconfigured: none, aborted: none, interrupts: null, overlaps: false, launches: null };
}
