import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, type ProcessIdentity } from './identity.ts';

const POLL_MS = 20;

/** Waits until the process is gone. @returns whether it is, within `limitMs`. */
export async function waitUntilGone(identity: ProcessIdentity, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (isAlive(identity)) {
    if (Date.now() >= deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

/** Ends a process that is not our child: SIGTERM, and SIGKILL when that was not heard. @returns whether it is gone. */
export async function endProcess(identity: ProcessIdentity, graceMs = 2000): Promise<boolean> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isAlive(identity)) return true;
    try {
      process.kill(identity.pid, signal);
    } catch {
      return !isAlive(identity);
    }
    if (await waitUntilGone(identity, graceMs)) return true;
  }
  return false;
}
