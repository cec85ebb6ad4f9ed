import { readFileSync } from 'node:fs';

/**
 * Start time of a live process, in clock ticks since boot: field 22 of /proc/PID/stat, proc_pid_stat(5). Null when there
 * is none or it is only waiting to be reaped. With its number it tells a process from one that got the number later.
 */
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
