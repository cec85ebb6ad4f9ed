import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GCC_VERSION } from '../apt/debian.ts';
import { closureSet, releaseOf } from '../apt/package-set.ts';
import { BUILD_APPLETS } from '../build/busybox.ts';
import { finishToolTree, type ProgramLink } from '../build/tool-tree.ts';
import { UNPACKING, unpackTree } from '../build/unpack.ts';
import { MIB } from '../cache/space.ts';
import type { Artifact, PackageUse } from '../graph/artifact.ts';
import { GUEST_SET, isInGuest } from './guest-packages.ts';

/** What a kernel module's build needs beside a compiler: busybox stands for everything else that it calls. */
export const BUILD_PACKAGES = ['make', 'busybox-static'] as const;

/** Run-time sanitizers, and what is of no use unpacked. */
export const UNUSED_PACKAGES: readonly RegExp[] = [
  ...[/^lib(asan|hwasan|itm|lsan|tsan|ubsan|gomp)\d.*$/, /^libstdc\+\+6-arm64-cross$/, /-base$/],
];

const TOOLCHAIN = closureSet('toolchain', {
  space: 50 * MIB,
  of: ({ compiler }) => [...compiler(GCC_VERSION), ...BUILD_PACKAGES],
  without: UNUSED_PACKAGES,
});

/** The compiler's package names it with its version; kbuild and we call it without. */
const LINKS: readonly ProgramLink[] = [['aarch64-linux-gnu-gcc', /^aarch64-linux-gnu-gcc-\d+$/]];

/**
 * Of 18,000 header files 14,000: those of other architectures than the guest's, of the device tree, and the empty
 * files by which a kernel's own rebuild sees which options have changed.
 */
const UNUSED_HEADERS = [
  ...['[!a]*', 'al*', 'arc', 'arm'].map((name) => `./usr/src/*/arch/${name}`),
  './usr/src/*/include/dt-bindings',
  './usr/src/*/include/config/[A-Z0-9]*',
];

/**
 * A tree native code is built in: compiler, kernel headers, and whatever else is among its packages. The one package
 * whose name tells the kernel's release is that of its headers.
 */
export function makeSdk(name: string, packages: readonly PackageUse[]): Artifact {
  return {
    name,
    description: 'the compiler for the guest',
    space: 265 * MIB,
    recipe: [1, UNPACKING, UNUSED_HEADERS, BUILD_APPLETS],
    packages,
    build: async (directory, context) => {
      await unpackTree(directory, { ...context, without: UNUSED_HEADERS });
      await finishToolTree(directory, LINKS);
      await writeFile(join(directory, 'release'), `${releaseOf(context.packages) ?? ''}\n`);
      return ['usr/bin/busybox', 'usr/bin/make', 'release'];
    },
  };
}

/** Where the guest's programs are built, with its C library and QuickJS, and the driver for Debian's own kernel. */
export const sdk: Artifact = makeSdk('sdk', [
  { set: TOOLCHAIN },
  { set: GUEST_SET, only: (one) => !isInGuest(one) },
]);
