import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { closureSet, releaseOf } from '../apt/package-set.ts';
import { BUILD_APPLETS, linkApplets } from '../build/busybox.ts';
import { UNPACKING, unpackTree } from '../build/unpack.ts';
import { MIB } from '../cache/space.ts';
import type { Artifact } from '../graph/artifact.ts';
import { GUEST_SET, isInGuest } from './guest-packages.ts';

/** Compiler, make, and busybox for everything else a kernel module's build calls. Left out: run-time sanitizers. */
const TOOLCHAIN = closureSet('toolchain', {
  space: 50 * MIB,
  of: ({ compiler }) => [...compiler, 'make', 'busybox-static'],
  without: [/^lib(asan|hwasan|itm|lsan|tsan|ubsan|gomp)\d.*$/, /^libstdc\+\+6-arm64-cross$/, /-base$/],
});

/** The compiler's package names it with its version; kbuild and we call it without. */
const UNVERSIONED = /^(?<name>aarch64-linux-gnu-gcc)-\d+$/;

/**
 * Of 18,000 header files 14,000: those of other architectures than the guest's, of the device tree, and the empty
 * files by which a kernel's own rebuild sees which options have changed.
 */
const UNUSED_HEADERS = [
  ...['[!a]*', 'al*', 'arc', 'arm'].map((name) => `./usr/src/*/arch/${name}`),
  './usr/src/*/include/dt-bindings',
  './usr/src/*/include/config/[A-Z0-9]*',
];

/** The tree native code is built in: compiler, C library, kernel headers and QuickJS for the guest. */
export const sdk: Artifact = {
  name: 'sdk',
  description: 'the compiler for the guest',
  space: 265 * MIB,
  recipe: [1, UNPACKING, UNUSED_HEADERS, BUILD_APPLETS],
  packages: [{ set: TOOLCHAIN }, { set: GUEST_SET, only: (one) => !isInGuest(one) }],
  build: async (directory, context) => {
    await unpackTree(directory, { ...context, without: UNUSED_HEADERS });
    const bin = join(directory, 'usr/bin');
    const present = new Set(await readdir(bin));
    for (const file of present) {
      const name = UNVERSIONED.exec(file)?.groups?.['name'];
      if (name && !present.has(name)) await symlink(file, join(bin, name));
    }
    await linkApplets(bin, BUILD_APPLETS);
    for (const name of ['dev', 'tmp']) await mkdir(join(directory, name), { recursive: true });
    await writeFile(join(directory, 'release'), `${releaseOf(context.packages) ?? ''}\n`);
    return ['usr/bin/busybox', 'usr/bin/make', 'release'];
  },
};
