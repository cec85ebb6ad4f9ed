import { readFileSync } from 'node:fs';

/** A process that cannot be mistaken for another one that got its number later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in clock ticks since boot: field 22 of /proc/PID/stat, proc_pid_stat(5). */
  readonly startTime: string;
}

export function ownIdentity(): ProcessIdentity {
  const startTime = startTimeOf(process.pid);
  if (startTime === null) throw new Error('/proc/self/stat cannot be read; is /proc mounted?');
  return { pid: process.pid, startTime };
}

export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  return startTimeOf(pid) === startTime;
}

/** Start time of a live process; null when there is none or it is only waiting to be reaped. */
export function startTimeOf(pid: number): string | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  // The name, field 2, may hold spaces and parentheses; what follows the last one is regular.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? null : (fields[18] ?? null);
}

export function formatIdentity({ pid, startTime }: ProcessIdentity): string {
  return `${pid}.${startTime}`;
}

export function parseIdentity(text: string): ProcessIdentity | null {
  const match = /^(\d{1,10})\.(\d{1,20})$/.exec(text);
  return match ? { pid: Number(match[1]), startTime: match[2] as string } : null;
}
