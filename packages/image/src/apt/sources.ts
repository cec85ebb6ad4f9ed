import { DEBIAN, GUEST_ARCHITECTURE } from './debian.ts';

/** Where packages come from. */
export interface Mirror {
  readonly archive: string;
  /** Null where there is no security archive beside it. */
  readonly security: string | null;
}

/** One line of `apt-get indextargets --format "$(REPO_URI) $(RELEASE)"`. */
const TARGET_LINE = /^(?<uri>\S+) (?<release>\S+)$/;
const DEBIAN_SUITE =
  /^(buster|bullseye|bookworm|trixie|forky|sid|oldoldstable|oldstable|stable|testing|unstable)$/;

/**
 * The mirrors to try, best first: the one asked for, the one the host uses if that is Debian's, Debian's own.
 *
 * @param chosen value of $COORDINATOR_DEBIAN_MIRROR; with it nothing else is tried.
 * @param targets output of `apt-get indextargets` on the host, as TARGET_LINE shows.
 * @param hostIsDebian whether the host is Debian itself: derivatives use the same suite names for other packages.
 */
export function mirrorsToTry(chosen: string | undefined, targets: string, hostIsDebian: boolean): Mirror[] {
  if (chosen) return [{ archive: withoutSlash(chosen), security: securityBeside(withoutSlash(chosen)) }];
  const own = hostIsDebian ? hostMirror(targets) : null;
  const fallback: Mirror = { archive: DEBIAN.mirror, security: securityBeside(DEBIAN.mirror) };
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
  return archive ? { archive, security: security ?? securityBeside(archive) } : null;
}

/** Of a mirror that shows the archive as it was at a time: snapshot.debian.org, and those like it. */
const SNAPSHOT = /\/\d{8}T\d{6}Z$/;

function securityBeside(archive: string): string | null {
  const beside = archive.replace(/\/debian(\/\d{8}T\d{6}Z)?$/, '/debian-security$1');
  return beside === archive ? null : beside;
}

/**
 * A mirror with the security archives to try: the one that is asked for, or that of the mirror and Debian's own.
 * Without one only where the user says so.
 * @param chosen value of $COORDINATOR_DEBIAN_SECURITY.
 */
export function withSecurity(mirror: Mirror, chosen: string | undefined): Mirror[] {
  if (chosen === 'none') return [{ ...mirror, security: null }];
  if (chosen) return [{ ...mirror, security: withoutSlash(chosen) }];
  const official = securityBeside(DEBIAN.mirror);
  const all = mirror.security === official ? [official] : [mirror.security, official];
  return all.flatMap((security) => (security === null ? [] : [{ ...mirror, security }]));
}

function withoutSlash(uri: string): string {
  return uri.replace(/\/+$/, '');
}

/** The private root's sources, in apt's deb822 form. */
export function sourcesFile(mirror: Mirror, hostArchitecture: string, keyring: string): string {
  const { suite, backports } = DEBIAN;
  const suites = `${suite} ${suite}-updates ${backports}`;
  return suiteSources(mirror, suites, `${suite}-security`, hostArchitecture, keyring);
}

/**
 * Sources of some suites, for this machine and guests.
 * @param security suite of the security archive; null where there is none.
 */
export function suiteSources(
  mirror: Mirror,
  suites: string,
  security: string | null,
  hostArchitecture: string,
  keyring: string,
): string {
  const architectures = [...new Set([hostArchitecture, GUEST_ARCHITECTURE])];
  const archive = stanza(mirror.archive, suites, architectures, keyring);
  if (!mirror.security || security === null) return archive;
  return `${archive}\n${stanza(mirror.security, security, architectures, keyring)}`;
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
    // What a mirror of that day says of how long it is valid was true on that day.
    ...(SNAPSHOT.test(uri) ? ['Check-Valid-Until: no'] : []),
    '',
  ].join('\n');
}
