import { randomUUID } from 'node:crypto';
import { link, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, type LockOwner, ownSelf, readOwner } from './lock-owner.ts';

const RETRY_MS = 200;
const HEARTBEAT_MS = 10_000;
/** An owner we cannot look up (another container or machine on a shared folder) is dead after this silence. */
const SILENCE_MS = 60_000;

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
  const owner = await ownSelf();
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
  const alive = holder && (await isAlive(holder));
  if (alive !== null) return !alive;
  const silence = Date.now() - ((await stat(path).catch(() => null))?.mtimeMs ?? Date.now());
  return silence > SILENCE_MS;
}
