import { type Archive, STABLE, suiteArchive } from '../apt/archive.ts';
import { DEBIAN } from '../apt/debian.ts';
import { SetUpError } from '../errors.ts';
import { DEBIAN_PREFIX } from './names.ts';

/** A kernel that Debian has packages of. */
export interface DebianKernel {
  /** As it was asked for, behind `debian:`. */
  readonly asked: string;
  readonly archive: Archive;
  /** The releases that will do: the newest of them is taken. Null: the one that the archive has for everybody. */
  readonly version: string | null;
}

/** Debian's releases that have a kernel of their own. Security updates come from an archive beside them, but not sid's. */
const SUITES: ReadonlyMap<string, Archive> = new Map([
  [DEBIAN.suite, STABLE],
  ['bookworm', suiteArchive('bookworm', true)],
  ['forky', suiteArchive('forky', false)],
  ['sid', suiteArchive('sid', false)],
]);

/** Series that are not among the stable release's and its backports', and who has them. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([['6.1', 'bookworm']]);

const VERSION = /^(?<series>\d+\.\d+)(\.\d+)?([-+.~][\w.+~-]*)?$/;

/**
 * Reads what stands behind `debian:`.
 * @throws SetUpError 'kernel-unknown'
 */
export function readDebianKernel(asked: string): DebianKernel {
  const suite = SUITES.get(asked);
  if (suite) return { asked, archive: suite, version: null };
  const series = VERSION.exec(asked)?.groups?.['series'];
  if (series === undefined)
    throw new SetUpError('kernel-unknown', `${DEBIAN_PREFIX}${asked} is no kernel of Debian's.`, {
      remedy: `Give a version, such as ${DEBIAN_PREFIX}6.12, or one of ${[...SUITES.keys()].join(', ')}.`,
    });
  return { asked, archive: archiveOfSeries(series), version: asked };
}

/** Where the packages of a series of kernels are. */
export function archiveOfSeries(series: string): Archive {
  return SUITES.get(ELSEWHERE.get(series) ?? DEBIAN.suite) ?? STABLE;
}

/** A package of a kernel by its release: neither a flavour (cloud, rt, 16k pages) nor what has debug symbols. */
const KERNEL_PACKAGE = /^linux-(?<part>image|headers)-(?<release>\d+\.\d+\.\d+[\w.+~-]*-arm64)$/;
const FLAVOUR = /-(cloud|rt)-arm64$/;

/** The releases of which there is an image, or headers, among packages of these names, the newest first. */
export function releasesAmong(part: 'image' | 'headers', names: readonly string[]): string[] {
  const releases = names.flatMap((name) => {
    const found = KERNEL_PACKAGE.exec(name)?.groups;
    return found?.['part'] === part && found['release'] ? [found['release']] : [];
  });
  return [...new Set(releases.filter((release) => !FLAVOUR.test(release)))].sort(newestFirst);
}

const SOURCE_PACKAGE = /^linux-source-(?<series>\d+\.\d+)$/;

/** The series of which there is source, among packages of these names, the newest first. */
export function sourcesAmong(names: readonly string[]): string[] {
  return names.flatMap((name) => SOURCE_PACKAGE.exec(name)?.groups?.['series'] ?? []).sort(newestFirst);
}

/** The newest release of a version: `7.3` is any 7.3.x, `7.3.4` that one, and a release is itself. */
export function newestOf(version: string, releases: readonly string[]): string | null {
  return (
    releases.find((release) => release.startsWith(version) && !/^[\d]/.test(release.slice(version.length))) ??
    null
  );
}

/** The series that there are, the newest first: `7.3`, `6.12`. */
export function seriesOf(releases: readonly string[]): string[] {
  return [...new Set(releases.map((release) => release.split('.', 2).join('.')))];
}

/** Number by number, as Debian's versions of kernels differ in nothing else. */
function newestFirst(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (right[index] ?? 0) - (left[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const numbers = (release: string): number[] => (release.match(/\d+/g) ?? []).map(Number);
