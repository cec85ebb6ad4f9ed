import { setTimeout as sleep } from 'node:timers/promises';
import { CoordinatorError } from '@coordinator/base/errors';
import type { VmmChild } from '@coordinator/machine/vmm';

/** It is a matter of milliseconds. */
const LISTENS_WITHIN_MS = 10_000;
const POLL_MS = 5;

/** Waits until a helper that was started says, or shows, that it listens. @throws CoordinatorError when it does not. */
export async function untilListening(what: string, child: VmmChild, listens: () => boolean): Promise<void> {
  let ended = false;
  void child.exited.then(() => {
    ended = true;
  });
  const deadline = performance.now() + LISTENS_WITHIN_MS;
  while (!listens()) {
    if (ended) throw new CoordinatorError(`the ${what} ended at once: ${child.complaint()}`);
    if (performance.now() > deadline)
      throw new CoordinatorError(`the ${what} did not listen within ${LISTENS_WITHIN_MS / 1000} s`);
    await sleep(POLL_MS);
  }
}
