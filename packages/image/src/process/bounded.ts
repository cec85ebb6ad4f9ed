import { Family } from './family.ts';

/** For how long a program may do nothing. Longer than apt waits for a server (30 s) before it tries again. */
const STALL_MS = 180_000;

/** What an aborted program, and those it started, have to end by themselves. */
const GRACE_MS = 4000;

const LOOK_MS = 1000;

export interface Bounds {
  readonly signal?: AbortSignal | undefined;
  readonly stallMs?: number | undefined;
  /** Asks the programs to end, after an abort. */
  readonly end: () => void;
  /** What it fails with when nothing has happened for so long. */
  readonly stalled: (stallMs: number) => Promise<Error>;
}

/**
 * Waits for the end of programs, but not for ever: not while they neither read nor write a byte, and not when they, or
 * what they started and left their output to, outlive an abort. Time counts while this process looks: when it was
 * stopped itself, nobody is held for stuck.
 *
 * @throws what `ended` rejects with; what `stalled` gives; the signal's reason. The programs are ended then.
 */
export async function bounded<T>(
  pids: readonly (number | undefined)[],
  ended: Promise<T>,
  { signal, stallMs = STALL_MS, end, stalled }: Bounds,
): Promise<T> {
  const family = new Family(pids.filter((pid) => pid !== undefined));
  let over = false;
  let wake = () => {};
  const look = async (): Promise<never> => {
    const lookMs = Math.min(LOOK_MS, stallMs / 4);
    let last = '';
    let quietMs = 0;
    let abortedMs = 0;
    while (quietMs < stallMs && abortedMs < GRACE_MS) {
      const now = await family.activity();
      // Not abortable itself: what is over must not keep the process, and one look more harms nobody.
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, lookMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (over) wake();
      });
      if (over) throw new Error('it has ended');
      quietMs = now === last ? quietMs + lookMs : 0;
      last = now;
      if (signal?.aborted) abortedMs += lookMs;
    }
    if (signal?.aborted) throw signal.reason;
    await family.end();
    throw await stalled(stallMs);
  };
  const looking = look();
  looking.catch(() => {});
  ended.catch(() => {});
  // Those below are looked up before those above end, and nobody knows any more whose they were.
  const onAbort = () => void family.activity().then(end);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([ended, looking]);
  } finally {
    over = true;
    wake();
    signal?.removeEventListener('abort', onAbort);
    if (signal?.aborted) await family.end();
  }
}
