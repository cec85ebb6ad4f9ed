import { MIB } from '../cache/space.ts';
import { type Mirror, sourcesFile, stanza, suiteSources } from './sources.ts';

/** A part of Debian that packages are fetched from, with indexes of its own. */
export interface Archive {
  /** Of its private root, in the cache. */
  readonly folder: string;
  /** What its indexes take there, in bytes, with what apt computes from them. */
  readonly space: number;
  /** What fetching its indexes, and packages from it, is called to somebody who waits. */
  readonly fetching: string;
  readonly downloading: string;
  /** The private root's sources, in apt's deb822 form. */
  readonly sources: (mirror: Mirror, hostArchitecture: string, keyring: string) => string;
}

/** The stable release with its updates, and backports to it. */
export const STABLE: Archive = {
  folder: 'apt',
  space: 250 * MIB,
  fetching: 'Fetching package indexes',
  downloading: 'Downloading packages',
  sources: sourcesFile,
};

/** What is not in the stable release yet: the vhost-user server that gives guests vsock, from forky on. */
export const VSOCK_ARCHIVE: Archive = {
  folder: 'apt-vsock',
  space: 130 * MIB,
  fetching: 'Fetching a package index for vsock',
  downloading: 'Downloading the vsock server',
  sources: ({ archive }, hostArchitecture, keyring) => stanza(archive, 'forky', [hostArchitecture], keyring),
};

/**
 * Another release of Debian's, for the kernels it has.
 * @param security whether it has a security archive.
 */
export function suiteArchive(suite: string, security: boolean): Archive {
  return {
    folder: `apt-${suite}`,
    space: 220 * MIB,
    fetching: `Fetching package indexes of Debian ${suite}`,
    downloading: `Downloading packages of Debian ${suite}`,
    sources: (mirror, hostArchitecture, keyring) =>
      suiteSources(mirror, suite, security ? `${suite}-security` : null, hostArchitecture, keyring),
  };
}
