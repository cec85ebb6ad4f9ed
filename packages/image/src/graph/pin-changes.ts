import type { PackageFile } from '../apt/package-file.ts';

/** One package that is another one than before; a version is null where there was, or is, none. */
export interface PackageChange {
  /** With its architecture: `busybox-static:arm64`. */
  readonly name: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** What was pinned under a set's name, and is something else now. */
export interface PackageChanges {
  /** Name of the set: `guest`, `qemu`. */
  readonly set: string;
  readonly why: PinReason;
  /** None where the record of what was pinned cannot be read: then nobody can tell. */
  readonly changes: readonly PackageChange[] | null;
}

/** `update`: asked for. `gone`: the archive has dropped a version. `recipe`: another coordinator wants others. */
export type PinReason = 'update' | 'gone' | 'recipe';

export type OnPackages = (changes: PackageChanges) => void;

/** How packages differ, by name. A package of the same version with other content has that said of its version. */
export function packageChanges(
  before: readonly PackageFile[],
  after: readonly PackageFile[],
): readonly PackageChange[] {
  const [old, now] = [byName(before), byName(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((name) => {
    const [was, is] = [old.get(name), now.get(name)];
    if (was?.sha256 === is?.sha256) return [];
    const note = was && was.version === is?.version ? ' (other content)' : '';
    return [{ name, from: was?.version ?? null, to: is ? `${is.version}${note}` : null }];
  });
}

function byName(packages: readonly PackageFile[]): ReadonlyMap<string, PackageFile> {
  return new Map(packages.map((one) => [`${one.name}:${one.architecture}`, one]));
}

const REASONS: Readonly<Record<PinReason, string>> = {
  update: 'were looked for again',
  gone: 'had to be chosen anew, as the archive has dropped versions',
  recipe: 'were chosen anew, as this coordinator needs others',
};

/** A sentence, then a line for each package: `busybox-static:arm64 1:1.37.0-6 → 1:1.37.0-7`. */
export function formatPackageChanges({ set, why, changes }: PackageChanges): string {
  if (!changes) return `packages of "${set}" had to be chosen anew: the record of those pinned was damaged`;
  const lines = changes.map(({ name, from, to }) => `  ${name} ${from ?? 'none'} → ${to ?? 'none'}`);
  return [`packages of "${set}" ${REASONS[why]}; what is tested with has changed:`, ...lines].join('\n');
}
