import { setMaxListeners } from 'node:events';
import type { EarlyEnd } from '@coordinator/life';

/** One signal for both reasons to end every guest; it aborts with the {@link EarlyEnd} to record. */
export function endSignal(reasons: {
  readonly interrupt: AbortSignal;
  readonly failure: AbortSignal;
}): AbortSignal {
  const { interrupt, failure } = reasons;
  const controller = new AbortController();
  // Every guest listens, and whoever waits for a place or a device.
  setMaxListeners(0, controller.signal);
  const follow = (signal: AbortSignal, makeEnd: () => EarlyEnd) => {
    const abort = () => controller.abort(makeEnd());
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  };
  follow(interrupt, () => ({ cause: 'interrupted' }));
  follow(failure, () => ({ cause: 'host-failed', detail: String(failure.reason) }));
  return controller.signal;
}
