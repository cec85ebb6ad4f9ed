import { randomUUID } from 'node:crypto';
import { link, readFile, readlink, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTimeOf } from '@coordinator/base/start-time';

const RETRY_MS = 200;
const HEARTBEAT_MS = 10_000;
/** An owner we cannot look up (another container or machine on a shared folder) is dead after this silence. */
const SILENCE_MS = 60_000;

/** Who holds a lock. A pid alone does not identify a process: it is used again later, and in other containers. */
export interface LockOwner {
  readonly id: string;
  readonly pid: number;
  /** Field 22 of /proc/PID/stat: clock ticks from boot to the process's start. */
  readonly started: string;
  /** Boot and PID namespace the pid is valid in. */
  readonly world: string;
}

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once if somebody else holds it. */
  readonly onWait?: (owner: LockOwner) => void;
}

/**
 * Runs `body` while holding the lock file `path`. Waits while a live process holds it; takes over from a dead one.
 *
 * @throws the signal's reason when aborted while waiting; file system errors about `path`.
 */
export async function withLock<T>(path: string, options: LockOptions, body: () => Promise<T>): Promise<T> {
  const owner = await self();
  await acquire(path, owner, options);
  const heartbeat = setInterval(
    () => void utimes(path, new Date(), new Date()).catch(() => {}),
    HEARTBEAT_MS,
  );
  heartbeat.unref();
  try {
    return await body();
  } finally {
    clearInterval(heartbeat);
    if ((await readOwner(path))?.id === owner.id) await rm(path, { force: true });
  }
}

async function acquire(path: string, owner: LockOwner, options: LockOptions): Promise<void> {
  const draft = `${path}.${owner.id}`;
  await writeFile(draft, JSON.stringify(owner));
  let told = false;
  try {
    // A link appears with its content or not at all, and fails if the name is taken.
    while (!(await tryLink(draft, path))) {
      options.signal?.throwIfAborted();
      const holder = await readOwner(path);
      if (await isStale(path, holder)) {
        await remove(path, holder);
        continue;
      }
      if (!told && holder) options.onWait?.(holder);
      told = true;
      await sleep(RETRY_MS, undefined, options.signal ? { signal: options.signal } : {});
    }
  } finally {
    await rm(draft, { force: true });
  }
}

async function tryLink(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes a dead owner's lock away; two who do so at once must not remove the lock one of them then gets. */
async function remove(path: string, holder: LockOwner | null): Promise<void> {
  const grave = `${path}.${randomUUID()}.stale`;
  try {
    await rename(path, grave);
  } catch {
    return;
  }
  const taken = await readOwner(grave);
  if (taken?.id !== holder?.id) await link(grave, path).catch(() => {});
  await rm(grave, { force: true });
}

async function isStale(path: string, holder: LockOwner | null): Promise<boolean> {
  const silence = Date.now() - ((await stat(path).catch(() => null))?.mtimeMs ?? Date.now());
  if (!holder || holder.world !== (await world())) return silence > SILENCE_MS;
  return startTimeOf(holder.pid) !== holder.started;
}

async function readOwner(path: string): Promise<LockOwner | null> {
  try {
    const owner = JSON.parse(await readFile(path, 'utf8'));
    return typeof owner?.id === 'string' && Number.isInteger(owner.pid) ? owner : null;
  } catch {
    return null;
  }
}

async function self(): Promise<LockOwner> {
  return {
    id: randomUUID(),
    pid: process.pid,
    started: startTimeOf(process.pid) ?? '',
    world: await world(),
  };
}

async function world(): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  return `${boot.trim()} ${namespace}`;
}
