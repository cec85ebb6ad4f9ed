import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OnProgress, openCache } from '@coordinator/image';
import type { SavedState } from '@coordinator/machine/vmm';
import { type Digest, isIntact, makeDigest } from './digest.ts';
import { pruneSaved, type SavedKind } from './store.ts';
import { isUntouched, noteIntact, stateOf } from './untouched.ts';

/** In the folder of a saved machine: its memory, if it shares that; what QEMU saved; and the digests of both. */
const MEMORY_FILE = 'memory';
export const STATE_FILE = 'state';
const DIGEST_FILE = 'digest';

/** Whether one can be restored may be a matter of the moment at which it was saved. */
const MOST_TRIES = 3;

interface Digests {
  readonly [STATE_FILE]: Digest;
  readonly [MEMORY_FILE]?: Digest;
}

/** @returns the file that is to be the memory of a machine that is saved to `folder`; QEMU would make one that all can read. */
export async function makeMemoryFile(folder: string): Promise<string> {
  const path = join(folder, MEMORY_FILE);
  await writeFile(path, '', { mode: 0o600 });
  return path;
}

/** A machine that was saved, and is restored as often as is wanted. */
export interface SavedMachine {
  readonly saved: SavedState;
  /**
   * Resolves when every byte of that has been found to be as it was written, and rejects when not. Where it was read as a whole
   * since the machine it lies on was booted, and not written to since, that is at once; else it takes a while, in which
   * machines can be restored; none of them may go on before.
   */
  readonly verified: Promise<void>;
}

export interface SavedRequest {
  readonly kind: SavedKind;
  /** A hash of all it depends on. */
  readonly key: string;
  /** For people, while it is made. */
  readonly label: string;
  /** Has QEMU save one to {@link STATE_FILE} in `folder`, whose memory may be that of {@link makeMemoryFile}. */
  make(folder: string): Promise<void>;
  /** Has it shown, before anybody else uses it, that it can be restored. @throws when it cannot. */
  prove?(folder: string): Promise<void>;
}

/** @returns the folder of the one in the cache; null when there is none. */
export async function findSaved(
  { kind, key }: Pick<SavedRequest, 'kind' | 'key'>,
  cacheDir: string | undefined,
): Promise<string | null> {
  const cache = openCache({ cacheDir });
  const id = { kind, key };
  if (!(await cache.has(id, true))) return null;
  await cache.touch(id);
  return cache.pathOf(id);
}

/** @returns the folder of the one in the cache, or else of one that is made now. @throws what making one throws. */
export async function ensureSaved(
  { kind, key, label, make, prove }: SavedRequest,
  cacheDir: string | undefined,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: OnProgress },
): Promise<string> {
  const found = await findSaved({ kind, key }, cacheDir);
  if (found !== null) return found;
  const cache = openCache({ cacheDir });
  const id = { kind, key };
  const show = (label: string) => onProgress({ step: 1, steps: 1, label, fraction: null });
  const onWait = () => show('Waiting for another set-up');
  await cache.exclusively({ signal, onWait }, async () => {
    // Whoever held the lock before may have made it.
    if (await cache.has(id, true)) return;
    show(label);
    await cache.make(id, async (folder) => {
      await makeProven(make, prove, folder, signal);
      return [DIGEST_FILE];
    });
    await cache.prune();
    await pruneSaved(cache.directory, kind);
  });
  await cache.touch(id);
  return cache.pathOf(id);
}

/**
 * One that is in the cache, by its folder there.
 * @param isVerified somebody has made sure of it already, as of all that is in the memory of a machine that was restored
 */
export async function openSaved(folder: string, isVerified = false): Promise<SavedMachine> {
  // The cache has compared this one with its hash.
  const digests = JSON.parse(await readFile(join(folder, DIGEST_FILE), 'utf8')) as Digests;
  const { memory } = digests;
  const saved: SavedState = {
    state: join(folder, STATE_FILE),
    memory: memory
      ? {
          file: join(folder, MEMORY_FILE),
          pieces: memory.pieces.map(([at, length]) => [at, length] as const),
        }
      : null,
  };
  if (isVerified) return { saved, verified: Promise.resolve() };
  const verified = verify(folder, digests).catch(async (error: unknown) => {
    // The next run makes it anew.
    await rm(`${folder}.json`, { force: true });
    throw error;
  });
  // Whoever restores a machine hears of it.
  verified.catch(() => {});
  return { saved, verified };
}

/** @throws what the last try throws. */
async function makeProven(
  make: SavedRequest['make'],
  prove: SavedRequest['prove'],
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  for (let left = MOST_TRIES - 1; ; left--) {
    await make(folder);
    await writeDigests(folder);
    try {
      await prove?.(folder);
      return;
    } catch (error) {
      if (left === 0 || signal.aborted) throw error;
    }
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** Of a machine that was just saved to `folder`. */
async function writeDigests(folder: string): Promise<void> {
  const memory = join(folder, MEMORY_FILE);
  const digests: Digests = {
    [STATE_FILE]: await makeDigest(join(folder, STATE_FILE)),
    ...(existsSync(memory) && { [MEMORY_FILE]: await makeDigest(memory) }),
  };
  await writeFile(join(folder, DIGEST_FILE), JSON.stringify(digests));
}

async function verify(folder: string, digests: Digests): Promise<void> {
  for (const [name, digest] of Object.entries(digests)) {
    const file = join(folder, name);
    if (await isUntouched(file)) continue;
    const before = await stateOf(file);
    if (!(await isIntact(file, digest)))
      throw new Error(`the saved machine in ${folder} is damaged; the next run makes it anew`);
    await noteIntact(file, before);
  }
}
