import type { Hashable } from '../cache/hash.ts';
import { SetUpError } from '../errors.ts';
import { type Archive, STABLE } from './archive.ts';
import { DEBIAN, GUEST_ARCHITECTURE, type HostArchitecture } from './debian.ts';
import { kernelReleaseOf, type PackageFile } from './package-file.ts';
import type { PrivateRoot } from './private-root.ts';
import { exactly, INCOMPLETE_REMEDY, query, withDependencies } from './query.ts';

/** Packages that are chosen, and pinned, together. */
export interface PackageSet {
  readonly name: string;
  readonly archive: Archive;
  /** About as many bytes are downloaded: what is reckoned with until the packages are chosen. */
  readonly space: number;
  /** All that decides what is chosen, beside what the archive has today. */
  readonly recipe: (host: HostArchitecture) => Hashable;
  /** @throws SetUpError 'package-missing' */
  readonly choose: (
    root: PrivateRoot,
    host: HostArchitecture,
    signal: AbortSignal | undefined,
  ) => Promise<PackageFile[]>;
}

export interface Closure {
  /** See PackageSet. */
  readonly space: number;
  /** Packages to fetch with all they depend on. */
  readonly of: (host: HostArchitecture) => readonly string[];
  /** The machine they are for, if not this one: nothing is taken from this one's then. */
  readonly architecture?: HostArchitecture['debian'];
  /** Prefer this suite. */
  readonly targetSuite?: string;
  /** Packages of the closure that are of no use here. Fewer would do no harm. */
  readonly without: readonly RegExp[];
  /** What is of use all the same. */
  readonly but?: RegExp;
}

/** Packages and all they depend on, less what is left out. */
export function closureSet(name: string, closure: Closure): PackageSet {
  const { space, of, architecture, targetSuite, without, but } = closure;
  const kept = but ? [String(but)] : [];
  const suite = targetSuite ? ['-t', targetSuite] : [];
  const foreign = architecture ? ['-o', `APT::Architecture=${architecture}`] : [];
  return {
    name,
    archive: STABLE,
    space,
    recipe: (host) => [...of(host), ...foreign, ...suite, ...without.map(String), ...kept],
    choose: async (root, host, signal) => {
      const purpose = `find ${of(host).join(', ')}${architecture ? ` for ${architecture}` : ''}`;
      const options = [...foreign, ...suite];
      return withDependencies(root, of(host), { options, without, but, query: query(purpose, signal) });
    },
  };
}

/**
 * The guest's kernel as it stands in the archive today, and exactly the packages that go with it.
 * @param packages names them, once the kernel's release is known.
 */
export function kernelSet(
  name: string,
  space: number,
  packages: (release: string, host: HostArchitecture) => readonly string[],
): PackageSet {
  // The meta package names the release.
  const meta = `linux-image-${GUEST_ARCHITECTURE}:${GUEST_ARCHITECTURE}`;
  return {
    name,
    archive: STABLE,
    space,
    recipe: (host) => [meta, ...packages('1-a', host)],
    choose: async (root, host, signal) => {
      const show = ['show', '--no-all-versions', meta];
      const record = await root.run('apt-cache', show, query(`find ${meta}`, signal));
      const release = kernelReleaseOf(record.toString('utf8'));
      if (!release) {
        throw new SetUpError('package-missing', `${meta} of Debian ${DEBIAN.suite} names no kernel.`, {
          remedy: INCOMPLETE_REMEDY,
        });
      }
      const purpose = `find the packages of kernel ${release}`;
      return exactly(root, packages(release, host), query(purpose, signal));
    },
  };
}

/** One package and nothing it depends on. */
export function packageSet(name: string, archive: Archive, space: number, remedy: string): PackageSet {
  return {
    name,
    archive,
    space,
    recipe: () => name,
    choose: (root, _, signal) => exactly(root, [name], query(`find ${name}`, signal, remedy)),
  };
}

/** Release of the kernel that packages of it are of, `6.12.118+deb13-arm64`; null if none of them is the kernel's. */
export function releaseOf(packages: readonly PackageFile[]): string | null {
  const named = packages.map(({ name }) => /^linux-(?:image|headers)-(?<release>.+-arm64)$/.exec(name));
  return named.find(Boolean)?.groups?.['release'] ?? null;
}
