import { DEBIAN, GUEST_ARCHITECTURE } from './debian.ts';

/** Where packages come from. */
export interface Mirror {
  readonly archive: string;
  /** Null when going without one was asked for by name. */
  readonly security: string | null;
}

/** What the user chose of them, if anything; the environment variables say it. */
export interface ChosenMirror {
  readonly archive?: string | undefined;
  readonly security?: string | undefined;
}

/** One line of `apt-get indextargets --format "$(REPO_URI) $(RELEASE)"`. */
const TARGET_LINE = /^(?<uri>\S+) (?<release>\S+)$/;
const DEBIAN_SUITE =
  /^(buster|bullseye|bookworm|trixie|forky|sid|oldoldstable|oldstable|stable|testing|unstable)$/;

/**
 * The mirrors to try, best first: the one asked for, the one the host uses if that is Debian's, Debian's own.
 *
 * @param chosen values of $COORDINATOR_DEBIAN_MIRROR, with which nothing else is tried, and of
 *   $COORDINATOR_DEBIAN_SECURITY: a URL, or `none` to go without security updates.
 * @param targets output of `apt-get indextargets` on the host, as TARGET_LINE shows.
 * @param hostIsDebian whether the host is Debian itself: derivatives use the same suite names for other packages.
 */
export function mirrorsToTry(chosen: ChosenMirror, targets: string, hostIsDebian: boolean): Mirror[] {
  return archivesToTry(chosen, targets, hostIsDebian).map(({ archive, security }) => ({
    archive,
    security: chosen.security ? securityNamed(chosen.security) : security,
  }));
}

function archivesToTry({ archive }: ChosenMirror, targets: string, hostIsDebian: boolean): Mirror[] {
  if (archive) return [{ archive: withoutSlash(archive), security: securityFor(withoutSlash(archive)) }];
  const own = hostIsDebian ? hostMirror(targets) : null;
  const fallback: Mirror = { archive: DEBIAN.mirror, security: securityFor(DEBIAN.mirror) };
  return own && own.archive !== fallback.archive ? [own, fallback] : [own ?? fallback];
}

function hostMirror(targets: string): Mirror | null {
  let archive: string | null = null;
  let security: string | null = null;
  for (const line of targets.split('\n')) {
    const { uri, release } = TARGET_LINE.exec(line.trim())?.groups ?? {};
    if (!uri || !release) continue;
    if (DEBIAN_SUITE.test(release)) archive ??= withoutSlash(uri);
    if (DEBIAN_SUITE.test(release.replace(/-security$/, '')) && release.endsWith('-security')) {
      security ??= withoutSlash(uri);
    }
  }
  return archive ? { archive, security: security ?? securityFor(archive) } : null;
}

/** Mirrors have it beside the archive; for one of another layout Debian's own is taken. */
function securityFor(archive: string): string {
  return `${archive.endsWith('/debian') ? archive : DEBIAN.mirror}-security`;
}

function securityNamed(value: string): string | null {
  return value === 'none' ? null : withoutSlash(value);
}

function withoutSlash(uri: string): string {
  return uri.replace(/\/+$/, '');
}

/** The private root's sources, in apt's deb822 form. */
export function sourcesFile(mirror: Mirror, hostArchitecture: string, keyring: string): string {
  const architectures = [...new Set([hostArchitecture, GUEST_ARCHITECTURE])];
  const { suite, backports } = DEBIAN;
  const archive = stanza(mirror.archive, `${suite} ${suite}-updates ${backports}`, architectures, keyring);
  if (!mirror.security) return archive;
  return `${archive}\n${stanza(mirror.security, `${suite}-security`, architectures, keyring)}`;
}

/** One paragraph of sources. */
export function stanza(
  uri: string,
  suites: string,
  architectures: readonly string[],
  keyring: string,
): string {
  return [
    'Types: deb',
    `URIs: ${uri}`,
    `Suites: ${suites}`,
    'Components: main',
    `Architectures: ${architectures.join(' ')}`,
    'Targets: Packages',
    'PDiffs: no',
    `Signed-By: ${keyring}`,
    '',
  ].join('\n');
}
