import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 500;
/** Of one processor: what a machine's own clocks take while it does nothing. */
const IDLE_SHARE = 0.15;
/** Looks in a row. */
const IDLE_LOOKS = 4;
/** So many that only a machine that stands still has done nothing for as long, even if others take the processors. */
export const STILL_LOOKS = 30;
/** Clock ticks a second in /proc, as everywhere, proc_pid_stat(5). */
const TICKS = 100;

/**
 * Waits until a process does nothing to speak of for two seconds, or as many half seconds as are given.
 * @throws the signal's reason when aborted; the file system's error when the process is gone.
 */
export async function untilIdle(pid: number, signal: AbortSignal, idleLooks = IDLE_LOOKS): Promise<void> {
  let [used, looks] = [await processorTicks(pid), 0];
  while (looks < idleLooks) {
    await sleep(LOOK_MS, undefined, { signal });
    const now = await processorTicks(pid);
    looks = now - used < (LOOK_MS / 1000) * TICKS * IDLE_SHARE ? looks + 1 : 0;
    used = now;
  }
}

async function processorTicks(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name before it may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
