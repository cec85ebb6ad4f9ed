import type { PackageFile } from './apt/package-file.ts';
import type { PrivateRoot } from './apt/private-root.ts';
import { resolveClosure, resolveGuest } from './apt/resolve.ts';
import type { Cache } from './cache/cache.ts';
import { hashValue } from './cache/hash.ts';
import { readSealed, writeSealed } from './cache/sealed-file.ts';
import {
  guestPackages,
  type HostArchitecture,
  KERNEL_META_PACKAGE,
  type PackageSet,
  QEMU_SET,
  toolchainSet,
} from './recipe.ts';

export type SetName = PackageSet['name'];

/**
 * The packages chosen at the first set-up, which later ones keep to: what is tested with must not change by itself.
 * With them a warm start knows its artifacts without asking apt.
 */
export interface Pins {
  readonly kernelRelease: string | null;
  readonly sets: Partial<Record<SetName, readonly PackageFile[]>>;
}

// Plain types, as an interface is not assignable to Hashable.
type PinsFile = {
  readonly kernelRelease: string | null;
  readonly sets: { readonly [name: string]: readonly PinnedPackage[] };
};
type PinnedPackage = { readonly [Key in keyof PackageFile]: PackageFile[Key] };

/** One file for each recipe: a changed one starts from nothing. */
function pinsPath(cache: Cache, host: HostArchitecture): string {
  const patterns = (set: PackageSet) => ({
    ...set,
    without: set.without.map(String),
    targetSuite: set.targetSuite ?? '',
  });
  const recipe = hashValue([
    patterns(QEMU_SET),
    patterns(toolchainSet(host)),
    KERNEL_META_PACKAGE,
    guestPackages('1-a', host),
  ]);
  return cache.path(`packages-${host.debian}-${recipe.slice(0, 16)}.json`);
}

/** The pins, empty if there are none yet. */
export async function readPins(cache: Cache, host: HostArchitecture): Promise<Pins> {
  return (await readSealed<PinsFile>(pinsPath(cache, host))) ?? { kernelRelease: null, sets: {} };
}

/** Keeps `pins` for later. */
export async function writePins(cache: Cache, host: HostArchitecture, pins: Pins): Promise<void> {
  const sets = Object.fromEntries(
    Object.entries(pins.sets).map(([name, packages]) => [name, packages.map((one) => ({ ...one }))]),
  );
  await writeSealed(pinsPath(cache, host), { kernelRelease: pins.kernelRelease, sets });
}

/** Chooses packages for the sets `pins` does not have. */
export async function resolvePins(
  root: PrivateRoot,
  host: HostArchitecture,
  pins: Pins,
  wanted: readonly SetName[],
  signal: AbortSignal | undefined,
): Promise<Pins> {
  const missing = wanted.filter((name) => !pins.sets[name]);
  let { kernelRelease } = pins;
  // One at a time: the first has apt make its index of packages, which the others use.
  const sets = { ...pins.sets };
  for (const name of missing) {
    if (name === 'guest') {
      const guest = await resolveGuest(root, host, signal);
      kernelRelease = guest.release;
      sets.guest = guest.packages;
    } else {
      sets[name] = await resolveClosure(root, name === 'qemu' ? QEMU_SET : toolchainSet(host), signal);
    }
  }
  return { kernelRelease, sets };
}
