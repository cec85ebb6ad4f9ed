import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '@coordinator/base/errors';
import type { Ending } from '@coordinator/life';
import type { UnstampedEvent } from '@coordinator/shared/event';

export interface AttemptEnd extends Ending {
  readonly id: string;
  readonly duration_ms: number;
}

/** Whether another try may end better: a test that failed is a result, and a run that was stopped is over. */
export function isWorthRetry({ outcome, error_kind }: Ending): boolean {
  if (outcome === 'error') return error_kind !== 'interrupted';
  return outcome === 'hang' || outcome === 'panic';
}

/**
 * Tries until it passes or fails, at most `retries` times more. What a try left in its folder is kept in `attempt-N`
 * inside of it.
 * @returns the last try's end; the ones before it were told as `guest-retry`.
 */
export async function withRetries<End extends AttemptEnd>(options: {
  readonly folder: string;
  readonly retries: number;
  readonly emit: (event: UnstampedEvent) => void;
  readonly signal: AbortSignal;
  /** Whether the end counts as final whatever it is. */
  readonly accept?: (end: End) => boolean;
  readonly attempt: (number: number) => Promise<End>;
}): Promise<End> {
  const { folder, retries, emit, signal, accept = () => false } = options;
  for (let number = 1; ; number++) {
    const end = await options.attempt(number);
    if (number > retries || !isWorthRetry(end) || accept(end) || signal.aborted) return end;
    const { id: guest, outcome, error_kind, reason, duration_ms } = end;
    emit({ type: 'guest-retry', guest, outcome, error_kind, reason, duration_ms });
    await setAside(folder, number);
  }
}

/** The folder moves into a new one of its own name, so that paths of the last try never depend on how many there were. */
async function setAside(folder: string, number: number): Promise<void> {
  const aside = `${folder}.aside`;
  try {
    await rename(folder, aside);
  } catch (error) {
    // A try that ended before its guest had a device left none.
    if (!hasCode(error, 'ENOENT')) throw error;
    await mkdir(aside, { recursive: true, mode: 0o700 });
  }
  await mkdir(folder, { mode: 0o700 });
  for (let earlier = 1; earlier < number; earlier++) {
    await rename(join(aside, `attempt-${earlier}`), join(folder, `attempt-${earlier}`));
  }
  await rename(aside, join(folder, `attempt-${number}`));
}
