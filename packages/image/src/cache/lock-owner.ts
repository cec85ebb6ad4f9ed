import { randomUUID } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { startTimeOf } from '@coordinator/base/start-time';

/** Who holds a lock. A pid alone does not identify a process: it is used again later, and in other containers. */
export interface LockOwner {
  readonly id: string;
  readonly pid: number;
  /** Field 22 of /proc/PID/stat: clock ticks from boot to the process's start. */
  readonly started: string;
  /** Boot and PID namespace the pid is valid in. */
  readonly world: string;
}

/** Null where there is no lock, or one that names nobody. */
export async function readOwner(path: string): Promise<LockOwner | null> {
  try {
    const owner = JSON.parse(await readFile(path, 'utf8'));
    return typeof owner?.id === 'string' && Number.isInteger(owner.pid) ? owner : null;
  } catch {
    return null;
  }
}

export async function ownSelf(): Promise<LockOwner> {
  return {
    id: randomUUID(),
    pid: process.pid,
    started: startTimeOf(process.pid) ?? '',
    world: await ownWorld(),
  };
}

/** Null for one that we cannot look up: it lives in another container, or on another machine. */
export async function isAlive({ pid, started, world }: LockOwner): Promise<boolean | null> {
  return world === (await ownWorld()) ? startTimeOf(pid) === started : null;
}

async function ownWorld(): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  return `${boot.trim()} ${namespace}`;
}
