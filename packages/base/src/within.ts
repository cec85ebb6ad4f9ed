import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when `event` has happened, or after `limitMs`, whichever comes first. Rejects as `event` does. */
export async function within(limitMs: number, event: Promise<unknown>): Promise<void> {
  const giveUp = new AbortController();
  const late = sleep(limitMs, undefined, { signal: giveUp.signal }).catch(() => {});
  try {
    await Promise.race([event, late]);
  } finally {
    giveUp.abort();
  }
}
