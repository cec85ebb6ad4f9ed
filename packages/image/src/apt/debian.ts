/** The Debian that guests, and what they are built and run with, are made from. */
export const DEBIAN = {
  suite: 'trixie',
  /** Where QEMU comes from: the first Debian release with a vfio-user client is in its backports. */
  backports: 'trixie-backports',
  mirror: 'http://deb.debian.org/debian',
} as const;

/** The guest is always arm64; the tools are for the machine that runs this. */
export const GUEST_ARCHITECTURE = 'arm64';

export interface HostArchitecture {
  readonly debian: 'amd64' | 'arm64';
  /** Multiarch triplet, in library paths. */
  readonly triplet: string;
  readonly loader: string;
  /** GCC of a version for arm64, and the C library to link statically against. */
  readonly compiler: (version: number) => readonly string[];
}

/** The GCC of the suite, with which its kernels are built too. */
export const GCC_VERSION = 14;

export const HOST_ARCHITECTURES = {
  x64: {
    debian: 'amd64',
    triplet: 'x86_64-linux-gnu',
    loader: 'ld-linux-x86-64.so.2',
    compiler: (version) => [`gcc-${version}-aarch64-linux-gnu`, 'libc6-dev-arm64-cross'],
  },
  arm64: {
    debian: 'arm64',
    triplet: 'aarch64-linux-gnu',
    loader: 'ld-linux-aarch64.so.1',
    compiler: (version) => [`gcc-${version}`, 'libc6-dev'],
  },
} as const satisfies Partial<Record<NodeJS.Architecture, HostArchitecture>>;
