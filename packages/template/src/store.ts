import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { allocatedBytes } from '@coordinator/base/files';

/** Names the folders of saved guests in the cache. */
export const KIND = 'template';

/** Saved guests that are kept: one for each size of guest, kit and kernel that is in use, and some to come back to. */
const MAX_KEPT = 8;

/** A saved guest in the cache. */
export interface StoredTemplate {
  readonly folder: string;
  /** Bytes it takes on the disk. */
  readonly bytes: number;
  /** When it was used last, in milliseconds since the epoch. */
  readonly used: number;
}

/** All of them, the one that was used last first. */
export async function storedTemplates(cacheDirectory: string): Promise<StoredTemplate[]> {
  const artifacts = join(cacheDirectory, 'artifacts');
  const names = await readdir(artifacts).catch(() => []);
  const records = names.filter((name) => name.startsWith(`${KIND}-`) && name.endsWith('.json'));
  const found = await Promise.all(
    records.map(async (record): Promise<StoredTemplate[]> => {
      const folder = join(artifacts, record.slice(0, -'.json'.length));
      const files = await readdir(folder).catch(() => []);
      const sizes = await Promise.all(files.map((name) => allocatedBytes(join(folder, name))));
      const used = await stat(`${folder}.json`).catch(() => null);
      return used ? [{ folder, bytes: sizes.reduce((sum, size) => sum + size, 0), used: used.mtimeMs }] : [];
    }),
  );
  return found.flat().sort((a, b) => b.used - a.used);
}

/** Removes those that were not used for longest, if there are too many. Call it with the cache's lock held. */
export async function pruneTemplates(cacheDirectory: string): Promise<void> {
  for (const { folder } of (await storedTemplates(cacheDirectory)).slice(MAX_KEPT)) {
    await rm(`${folder}.json`, { force: true });
    await rm(folder, { recursive: true, force: true });
  }
}
