import type { PackageFile } from '../apt/package-file.ts';
import { parsePrintUris } from '../apt/package-file.ts';
import type { PrivateRoot } from '../apt/private-root.ts';
import type { Cache } from '../cache/cache.ts';
import { hashValue } from '../cache/hash.ts';
import { readSealed, writeSealed } from '../cache/sealed-file.ts';
import type { HostArchitecture } from '../recipe.ts';
import { type LabSet, type LabSetName, labSets } from './recipe.ts';

/** The packages of every set, as they were chosen first. */
export type LabPins = Readonly<Partial<Record<LabSetName, readonly PackageFile[]>>>;

// Plain types, as an interface is not assignable to Hashable.
type PinsFile = {
  readonly [name: string]: readonly { readonly [Key in keyof PackageFile]: PackageFile[Key] }[];
};

/** One file for each recipe: a changed one starts from nothing. */
function pinsPath(cache: Cache, host: HostArchitecture): string {
  const recipe = labSets(host).map((set) => ({
    ...set,
    without: set.without.map(String),
    targetSuite: set.targetSuite ?? '',
  }));
  return cache.path(`lab-packages-${host.debian}-${hashValue(recipe).slice(0, 16)}.json`);
}

export async function readLabPins(cache: Cache, host: HostArchitecture): Promise<LabPins> {
  return (await readSealed<PinsFile>(pinsPath(cache, host))) ?? {};
}

export async function writeLabPins(cache: Cache, host: HostArchitecture, pins: LabPins): Promise<void> {
  const file = Object.entries(pins).map(([name, packages]) => [name, packages.map((one) => ({ ...one }))]);
  await writeSealed(pinsPath(cache, host), Object.fromEntries(file));
}

/** Chooses packages for the sets that `pins` does not have. */
export async function resolveLabPins(
  root: PrivateRoot,
  host: HostArchitecture,
  pins: LabPins,
  wanted: readonly LabSetName[],
  signal: AbortSignal | undefined,
): Promise<LabPins> {
  const chosen: Partial<Record<LabSetName, readonly PackageFile[]>> = { ...pins };
  for (const set of labSets(host)) {
    if (wanted.includes(set.name)) chosen[set.name] ??= await resolveClosure(root, set, signal);
  }
  return chosen;
}

async function resolveClosure(
  root: PrivateRoot,
  set: LabSet,
  signal: AbortSignal | undefined,
): Promise<PackageFile[]> {
  // Asked as if for a machine of that architecture, so that nothing is taken from this one's.
  const suite = set.targetSuite ? ['-t', set.targetSuite] : [];
  const options = [
    '-o',
    `APT::Architecture=${set.architecture}`,
    '-o',
    'Acquire::ForceHash=SHA256',
    ...suite,
  ];
  const output = await root.run('apt-get', ['install', '--print-uris', '-qq', ...options, ...set.closureOf], {
    purpose: `find ${set.closureOf.join(', ')} for ${set.architecture}`,
    code: 'package-missing',
    remedy: 'The mirror seems incomplete: try later, or name another one with COORDINATOR_DEBIAN_MIRROR=URL.',
    signal,
  });
  return parsePrintUris(output.toString('utf8')).filter(
    ({ name }) => !set.without.some((out) => out.test(name)),
  );
}
