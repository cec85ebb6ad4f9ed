import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { allocatedBytes } from '@coordinator/base/files';

/**
 * What names the folders of saved machines in the cache, and how many of each are kept: of guests one for each size, kit and
 * kernel that is in use, and some to come back to; of labs one for each kind.
 */
const MAX_KEPT = { template: 8, 'saved-lab': 2 } as const;
export type SavedKind = keyof typeof MAX_KEPT;

/** A saved machine in the cache. */
export interface StoredTemplate {
  readonly folder: string;
  /** Bytes it takes on the disk. */
  readonly bytes: number;
  /** When it was used last, in milliseconds since the epoch. */
  readonly used: number;
}

/** All guests that are saved, or labs; the one that was used last first. */
export async function storedTemplates(
  cacheDirectory: string,
  kind: SavedKind = 'template',
): Promise<StoredTemplate[]> {
  const artifacts = join(cacheDirectory, 'artifacts');
  const names = await readdir(artifacts).catch(() => []);
  const records = names.filter((name) => name.startsWith(`${kind}-`) && name.endsWith('.json'));
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
export async function pruneSaved(cacheDirectory: string, kind: SavedKind): Promise<void> {
  for (const { folder } of (await storedTemplates(cacheDirectory, kind)).slice(MAX_KEPT[kind])) {
    await rm(`${folder}.json`, { force: true });
    await rm(folder, { recursive: true, force: true });
  }
}
