import { readdir, stat } from 'node:fs/promises';
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

const PIN_FILE = /^packages-(?<set>.+)-[0-9a-f]{16}\.json$/;

/** One file for each set and recipe of it: a changed one is chosen anew. */
function pinsPath(cache: Cache, host: HostArchitecture, set: PackageSet): string {
  const sources = set.archive.sources({ archive: '', security: null }, host.debian, '');
  const recipe = hashValue([host.debian, sources, set.recipe(host)]);
  return cache.path(`packages-${set.name}-${recipe.slice(0, 16)}.json`);
}

/**
 * What was pinned last under the set's name, by whatever recipe: what a new choice is compared with.
 * @returns null if there was nothing; 'damaged' if it cannot be read any more.
 */
export async function readLastPin(
  cache: Cache,
  set: PackageSet,
): Promise<readonly PackageFile[] | 'damaged' | null> {
  const files = (await readdir(cache.directory).catch(() => []))
    .filter((name) => PIN_FILE.exec(name)?.groups?.['set'] === set.name)
    .map((name) => cache.path(name));
  const dated = await Promise.all(
    files.map(async (path) => ({ path, at: (await stat(path).catch(() => null))?.mtimeMs ?? 0 })),
  );
  const last = dated.sort((a, b) => b.at - a.at)[0];
  return last ? ((await readPackages(last.path)) ?? 'damaged') : null;
}

/** What is pinned of `sets`. */
export async function readPins(
  cache: Cache,
  host: HostArchitecture,
  sets: readonly PackageSet[],
): Promise<Pins> {
  const found = await Promise.all(
    sets.map(async (set) => {
      const packages = await readPackages(pinsPath(cache, host, set));
      return packages ? [[set, packages] as const] : [];
    }),
  );
  return new Map(found.flat());
}

function readPackages(path: string): Promise<readonly PackageFile[] | null> {
  return readSealed<{ [Key in keyof PackageFile]: PackageFile[Key] }[]>(path);
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
