/**
 * What set-up fetches and makes. Everything here is an input of the artifacts' keys: change it, and what depends
 * on it is made anew.
 */

/** Raised when the same inputs are to give a different result because the code that makes it has changed. */
export const RECIPE_VERSION = 3;

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
  /** A compiler for arm64 with the C library to link statically against. */
  readonly compiler: readonly string[];
}

export const HOST_ARCHITECTURES: Partial<Record<NodeJS.Architecture, HostArchitecture>> = {
  x64: {
    debian: 'amd64',
    triplet: 'x86_64-linux-gnu',
    loader: 'ld-linux-x86-64.so.2',
    compiler: ['gcc-14-aarch64-linux-gnu', 'libc6-dev-arm64-cross'],
  },
  arm64: {
    debian: 'arm64',
    triplet: 'aarch64-linux-gnu',
    loader: 'ld-linux-aarch64.so.1',
    compiler: ['gcc-14', 'libc6-dev'],
  },
};

/** A set of packages that is resolved, and pinned, together. */
export interface PackageSet {
  readonly name: 'qemu' | 'toolchain' | 'guest';
  /** Packages to fetch with all they depend on. */
  readonly closureOf: readonly string[];
  /** Prefer this suite for the closure. */
  readonly targetSuite?: string;
  /** Packages of the closure that are of no use here. Fewer would do no harm; a needed one is noticed (see below). */
  readonly without: readonly RegExp[];
}

/**
 * QEMU. Left out: what its package scripts need (accounts, debconf, PAM), firmware for other machines, and libraries
 * of its loadable user interface, sound, USB and smart card modules. Whether the program still finds every library
 * it is linked against is checked after unpacking.
 */
export const QEMU_SET: PackageSet = {
  name: 'qemu',
  closureOf: ['qemu-system-arm'],
  targetSuite: DEBIAN.backports,
  without: [
    /^(adduser|passwd|base-passwd|login\.defs|debconf|libdebconfclient0|libpam.*|libaudit.*|libcap-ng0)$/,
    /^(libsemanage.*|libsepol2|libcrypt1|libdb5\..*|libbsd0|libmd0|libacl1|libattr1|libbz2-1\.0)$/,
    /^(seabios|qemu-system-common|openssl-provider-legacy|libsasl2-modules.*|libexecs1)$/,
    /^(libnss3|libnspr4|libsqlite3-0|libcacard0|libpcsclite1|libusb.*|libasound2.*|libbrlapi.*)$/,
    /^(libncursesw6|libtinfo6|libsystemd0|gcc-14-base)$/,
  ],
};

/** Compiler, make, and busybox for everything else a kernel module's build calls. Left out: run-time sanitizers. */
export function toolchainSet(host: HostArchitecture): PackageSet {
  return {
    name: 'toolchain',
    closureOf: [...host.compiler, 'make', 'busybox-static'],
    without: [/^lib(asan|hwasan|itm|lsan|tsan|ubsan|gomp)\d.*$/, /^libstdc\+\+6-arm64-cross$/, /-base$/],
  };
}

/** The kernel as a meta package; it names the release. */
export const KERNEL_META_PACKAGE = `linux-image-${GUEST_ARCHITECTURE}`;

/** What the guest needs, exactly these packages, once the kernel's release is known. */
export function guestPackages(release: string, host: HostArchitecture): readonly string[] {
  const abi = release.replace(/-[^-]+$/, '');
  return [
    `linux-image-${release}:${GUEST_ARCHITECTURE}`,
    `linux-headers-${release}:${GUEST_ARCHITECTURE}`,
    `linux-headers-${abi}-common`,
    `linux-kbuild-${abi}:${host.debian}`,
    `busybox-static:${GUEST_ARCHITECTURE}`,
    `libquickjs:${GUEST_ARCHITECTURE}`,
    `quickjs:${host.debian}`,
  ];
}

/** Kernel modules of the initramfs: those every guest loads, and those loaded when a PCI device asks for them. */
export const MODULES = {
  always: ['9p', '9pnet_virtio'],
  /** Keyed by vendor and device as /sys/bus/pci/devices/.../{vendor,device} show them. */
  byDevice: {
    '0x1af4-0x1053': ['vmw_vsock_virtio_transport'],
    '0x1af4-0x1057': ['virtio-iommu'],
  },
  /** Keyed by class as /sys/bus/pci/devices/.../class shows it: disks of any vendor that are handed to a guest. */
  byClass: {
    '0x010802': ['nvme'],
  },
  /** The lab's Arm host: its disks and shares, the IOMMU, handing functions to guests, and vsock. */
  lab: [
    ...['virtio-iommu', 'virtio_blk', 'squashfs', '9p', '9pnet_virtio'],
    ...['vfio-pci', 'vfio_iommu_type1', 'nvme', 'vhost_vsock'],
  ],
} as const;

/**
 * For the guest's kernel command line. Without address space randomization the kernel keeps itself mapped in user
 * space on CPUs that do not need it hidden, which an emulated one pays for at every system call: a quarter of all the
 * time a guest takes. Skipped as well: self-tests of ciphers, the calibration of a random source and the certificates
 * of module signers; and of security modules all but the one that is always there. A test of DMA needs none of them.
 */
export const QUICK_BOOT_ARGUMENTS = [
  'nokaslr',
  'lsm=capability',
  'cryptomgr.notests',
  'initcall_blacklist=jent_mod_init,load_system_certificate_list',
] as const;
