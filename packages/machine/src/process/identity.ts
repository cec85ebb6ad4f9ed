import { readlinkSync } from 'node:fs';
import { startTimeOf } from '@coordinator/base/start-time';

/** A process that cannot be mistaken for another one: neither for one that got its number later, nor for one of a container. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in clock ticks since boot: field 22 of /proc/PID/stat, proc_pid_stat(5). */
  readonly startTime: string;
  /** The PID namespace in which `pid` means this process: its inode number, pid_namespaces(7). */
  readonly namespace: string;
}

const ownNamespace = namespaceOf('self') ?? '0';

export function ownIdentity(): ProcessIdentity {
  const startTime = startTimeOf(process.pid);
  if (startTime === null) throw new Error('/proc/self/stat cannot be read; is /proc mounted?');
  return { pid: process.pid, startTime, namespace: ownNamespace };
}

/** One of another PID namespace, which cannot be seen from here, counts as alive: it is not ours to clean up after. */
export function isAlive({ pid, startTime, namespace }: ProcessIdentity): boolean {
  return namespace !== ownNamespace || startTimeOf(pid) === startTime;
}

/** Whether a process that /proc shows lives in our own PID namespace, and not in a container inside it. */
export function isOurNamespace(pid: number): boolean {
  return namespaceOf(pid) === ownNamespace;
}

function namespaceOf(pid: number | 'self'): string | null {
  try {
    return /\d+/.exec(readlinkSync(`/proc/${pid}/ns/pid`))?.[0] ?? null;
  } catch {
    return null;
  }
}

export function formatIdentity({ pid, startTime, namespace }: ProcessIdentity): string {
  return `${pid}.${startTime}.${namespace}`;
}
