import type { HostArchitecture } from '../apt/debian.ts';
import type { PackageFile } from '../apt/package-file.ts';
import type { PackageSet } from '../apt/package-set.ts';
import type { Cache } from '../cache/cache.ts';
import { hashValue } from '../cache/hash.ts';
import { readSealed, writeSealed } from '../cache/sealed-file.ts';

/**
 * The packages chosen at the first set-up, which later ones keep to: what is tested with must not change by itself.
 * With them a warm start knows its artifacts without asking apt.
 */
export type Pins = ReadonlyMap<PackageSet, readonly PackageFile[]>;

/** One file for each set and recipe of it: a changed one is chosen anew. */
function pinsPath(cache: Cache, host: HostArchitecture, set: PackageSet): string {
  const sources = set.archive.sources({ archive: '', security: null }, host.debian, '');
  const recipe = hashValue([host.debian, sources, set.recipe(host)]);
  return cache.path(`packages-${set.name}-${recipe.slice(0, 16)}.json`);
}

/** What is pinned of `sets`. */
export async function readPins(
  cache: Cache,
  host: HostArchitecture,
  sets: readonly PackageSet[],
): Promise<Pins> {
  const found = await Promise.all(
    sets.map(async (set) => {
      const packages = await readSealed<{ [Key in keyof PackageFile]: PackageFile[Key] }[]>(
        pinsPath(cache, host, set),
      );
      return packages ? [[set, packages] as const] : [];
    }),
  );
  return new Map(found.flat());
}

/** Keeps what `set` stands for. */
export async function writePin(
  cache: Cache,
  host: HostArchitecture,
  set: PackageSet,
  packages: readonly PackageFile[],
): Promise<void> {
  await writeSealed(
    pinsPath(cache, host, set),
    packages.map((one) => ({ ...one })),
  );
}
