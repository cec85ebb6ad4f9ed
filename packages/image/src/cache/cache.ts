import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { explainFileError } from '../errors.ts';
import { hashFile } from './hash.ts';
import { type LockOptions, withLock } from './lock.ts';
import { readSealed, writeSealed } from './sealed-file.ts';

/** Artifacts nobody has used for so long are removed when others are made. */
const UNUSED_MS = 14 * 24 * 3600 * 1000;

/** Digits of a key in a folder name: 64 bits, as keys only have to differ from each other's. */
const KEY_DIGITS = 16;

/** What an artifact is, and the hash of all it is made from. */
export interface ArtifactId {
  readonly kind: string;
  readonly key: string;
}

type FileRecord = { readonly [path: string]: { readonly size: number; readonly sha256: string } };

/**
 * Folders named by a hash of what they were made from. A folder appears whole, by a rename, and is never changed;
 * beside it, sealed, stand the size and hash of the files in it that matter.
 */
export class Cache {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Path of something in the cache that is no artifact. */
  path(...names: string[]): string {
    return join(this.directory, ...names);
  }

  /** Where an artifact is, or will be. */
  pathOf({ kind, key }: ArtifactId): string {
    return this.path('artifacts', `${kind}-${key.slice(0, KEY_DIGITS)}`);
  }

  /**
   * Whether the artifact is there and its recorded files have their sizes; with `deep`, their hashes too.
   */
  async stateOf(id: ArtifactId, deep = false): Promise<'ready' | 'damaged' | 'missing'> {
    const directory = this.pathOf(id);
    const record = await readSealed<FileRecord>(`${directory}.json`);
    if (!record) return 'missing';
    for (const [path, expected] of Object.entries(record)) {
      const file = join(directory, path);
      const found = await stat(file).catch(() => null);
      if (found?.size !== expected.size) return 'damaged';
      if (deep && (await hashFile(file)) !== expected.sha256) return 'damaged';
    }
    return 'ready';
  }

  /** Whether stateOf() says 'ready'. */
  async has(id: ArtifactId, deep = false): Promise<boolean> {
    return (await this.stateOf(id, deep)) === 'ready';
  }

  /** Whether any artifact of this kind is there. */
  async hasKind(kind: string): Promise<boolean> {
    const names = await readdir(this.path('artifacts')).catch(() => []);
    return names.some((name) => name.startsWith(`${kind}-`) && name.endsWith('.json'));
  }

  /** Notes that an artifact is in use, so that it is not cleaned away. */
  async touch(id: ArtifactId): Promise<void> {
    const now = new Date();
    await utimes(`${this.pathOf(id)}.json`, now, now).catch(() => {});
  }

  /**
   * Makes an artifact, in place of one that is there but damaged. Call it with the lock held.
   *
   * @param build fills the folder it is given and returns the paths of the files that matter, relative to it.
   * @returns the artifact's folder.
   */
  async make(id: ArtifactId, build: (directory: string) => Promise<readonly string[]>): Promise<string> {
    const target = this.pathOf(id);
    await rm(`${target}.json`, { force: true });
    const work = await this.temporary(id.kind);
    try {
      const record: Record<string, { size: number; sha256: string }> = {};
      for (const path of await build(work)) {
        const file = join(work, path);
        record[path] = { size: (await stat(file)).size, sha256: await hashFile(file) };
      }
      await mkdir(this.path('artifacts'), { recursive: true });
      await rm(target, { recursive: true, force: true });
      await rename(work, target);
      await writeSealed(`${target}.json`, record);
      return target;
    } finally {
      await removeFolder(work);
    }
  }

  /** A new folder that is removed by the next set-up, should this one die. */
  async temporary(name: string): Promise<string> {
    await mkdir(this.path('tmp'), { recursive: true });
    const directory = await mkdtemp(this.path('tmp', `${name}-`));
    // Not private as mkdtemp() makes it: there is nothing secret in an artifact.
    await chmod(directory, 0o755);
    return directory;
  }

  /**
   * Runs `body` with the cache to itself and cleans up after it: one lock for all, as two set-ups of one cache want
   * the same packages and artifacts at the same time.
   *
   * @throws SetUpError 'cache-unwritable' or 'disk-full'.
   */
  async exclusively<T>(options: LockOptions, body: () => Promise<T>): Promise<T> {
    try {
      await mkdir(this.directory, { recursive: true });
      return await withLock(this.path('lock'), options, async () => {
        await this.#removeTemporary();
        try {
          return await body();
        } finally {
          await this.#removeTemporary();
        }
      });
    } catch (error) {
      throw explainFileError(error, this.directory);
    }
  }

  /** Removes artifacts that have not been used for long. Call it with the lock held. */
  async prune(now = Date.now()): Promise<void> {
    for (const name of await readdir(this.path('artifacts')).catch(() => [])) {
      if (!name.endsWith('.json')) continue;
      const record = this.path('artifacts', name);
      const used = (await stat(record).catch(() => null))?.mtimeMs ?? now;
      if (now - used < UNUSED_MS) continue;
      await rm(record, { force: true });
      await rm(record.slice(0, -'.json'.length), { recursive: true, force: true });
    }
  }

  async #removeTemporary(): Promise<void> {
    await removeFolder(this.path('tmp'));
  }
}

/** Retries, as a program that was just ended may still be writing in it. */
async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}
