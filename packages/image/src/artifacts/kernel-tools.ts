import { GCC_VERSION } from '../apt/debian.ts';
import { closureSet } from '../apt/package-set.ts';
import { BUILD_APPLETS } from '../build/busybox.ts';
import { finishToolTree, type ProgramLink } from '../build/tool-tree.ts';
import { UNPACKING, unpackTree } from '../build/unpack.ts';
import { MIB } from '../cache/space.ts';
import type { Artifact } from '../graph/artifact.ts';
import { BUILD_PACKAGES, UNUSED_PACKAGES } from './sdk.ts';

/** What a kernel's build calls beside make and the compiler; where busybox will do, it has to. */
const KERNEL_BUILD_PACKAGES = [
  ...['flex', 'bison', 'bc', 'libssl-dev', 'libelf-dev'],
  // Ciphers of arm64 are written by a program, system registers by another.
  ...['perl-base', 'mawk'],
  // For many files at once these take a fraction of what busybox takes.
  ...['coreutils', 'findutils', 'grep', 'sed', 'tar', 'xz-utils'],
] as const;

const TOOLS = closureSet('kernel-tools', {
  space: 110 * MIB,
  of: ({ compiler }) => [
    // Programs of the build run on this machine: they are compiled for it.
    ...new Set([...compiler(GCC_VERSION), `gcc-${GCC_VERSION}`, 'libc6-dev']),
    ...[...BUILD_PACKAGES, ...KERNEL_BUILD_PACKAGES],
  ],
  without: UNUSED_PACKAGES,
  but: /^perl-base$/,
});

/** Packages name the compiler with its version, and leave to their scripts what is called awk. */
const LINKS: readonly ProgramLink[] = [
  ['gcc', /^gcc-\d+$/],
  ['aarch64-linux-gnu-gcc', /^aarch64-linux-gnu-gcc-\d+$/],
  ['awk', /^mawk$/],
];

/** A tree in which a kernel is built: compilers for it and for this machine, and all that its build calls. */
export const kernelTools: Artifact = {
  name: 'kernel-tools',
  description: 'what kernels are built with',
  space: 500 * MIB,
  recipe: [1, UNPACKING, BUILD_APPLETS, LINKS.map(String)],
  packages: [{ set: TOOLS }],
  build: async (directory, context) => {
    await unpackTree(directory, context);
    await finishToolTree(directory, LINKS);
    return ['usr/bin/busybox', 'usr/bin/make', 'usr/bin/flex', 'usr/bin/bison'];
  },
};
