import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { GUEST_ARCHITECTURE, HOST_ARCHITECTURES } from '../apt/debian.ts';
import { closureSet } from '../apt/package-set.ts';
import { LOGIN_APPLETS } from '../build/busybox.ts';
import { UNPACKING, unpackTree } from '../build/unpack.ts';
import { MIB } from '../cache/space.ts';
import type { Artifact } from '../graph/artifact.ts';
import type { CpioEntry } from '../initramfs/cpio.ts';
import { INITRAMFS, writeInitramfs } from '../initramfs/initramfs.ts';
import { noModules } from '../modules/no-modules.ts';
import { busybox } from './busybox.ts';
import type { LabParts } from './lab-parts.ts';
import type { Sources } from './sources.ts';
import { readRelease } from './write-kernel.ts';

/** The lspci that Buildroot has too, and what it needs. */
const LSPCI = closureSet('ramdisk', {
  space: 10 * MIB,
  of: () => ['pciutils'],
  architecture: GUEST_ARCHITECTURE,
  without: [/^gcc-\d+-base$/, /^libgcc-s1$/],
});

const FOLDERS = [
  ...[
    'bin',
    'dev',
    'etc',
    'etc/init.d',
    'lib',
    'lib/modules',
    'mnt',
    'proc',
    'root',
    'run',
    'sbin',
    'sys',
    'tmp',
  ],
  ...['usr', 'usr/bin', 'usr/lib', 'usr/sbin', 'usr/share', 'usr/share/misc', 'var'],
];

const DRIVER = 'smmute.ko';

/** What a system that boots to a login mounts first. */
export const MOUNTS = `mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
`;

const START = `#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
${MOUNTS}hostname buildroot
while read -r module; do insmod "/lib/modules/$module"; done </lib/modules/always
insmod /lib/modules/${DRIVER}
`;

const INITTAB = `::sysinit:/etc/init.d/rcS
console::respawn:/sbin/getty -L console 0 vt100
::ctrlaltdel:/sbin/reboot
`;

const FILES: readonly (readonly [path: string, mode: number, content: string])[] = [
  ['etc/inittab', 0o644, INITTAB],
  ['etc/init.d/rcS', 0o755, START],
  ['etc/issue', 0o644, '\nWelcome to Buildroot\n'],
  ['etc/passwd', 0o644, 'root:x:0:0:root:/root:/bin/sh\n'],
  ['etc/group', 0o644, 'root:x:0:\n'],
  ['etc/shadow', 0o600, 'root::19000:0:99999:7:::\n'],
  ['etc/profile', 0o644, "export PS1='# '\n"],
];

/**
 * A guest's RAM disk for people: it boots to a login of root without a password, has lspci, and its kernel has the test
 * engine's driver. It knows nothing of agents.
 */
export const makeRamdisk = ({ kernel, driver }: LabParts): Artifact<Sources> => ({
  name: 'ramdisk',
  description: 'a RAM disk for guests that people log in to',
  space: 40 * MIB,
  recipe: [2, UNPACKING, INITRAMFS, FOLDERS, LOGIN_APPLETS, FILES],
  packages: [{ set: LSPCI }],
  inputs: [kernel, busybox, driver],
  build: async (directory, context) => {
    const tree = await context.scratch();
    await unpackTree(tree, context);
    const folder = await context.input(kernel);
    const release = await readRelease(folder);
    return writeInitramfs(directory, {
      folders: FOLDERS,
      init: Buffer.from('#!/bin/sh\nexec /bin/init\n'),
      busybox: join(await context.input(busybox), 'busybox'),
      applets: LOGIN_APPLETS,
      modules: join(folder, 'modules'),
      more: [
        ...['getty', 'init', 'reboot', 'poweroff'].map(
          (name) => ({ kind: 'symlink', path: `sbin/${name}`, target: '/bin/busybox' }) as const,
        ),
        ...FILES.map(([path, mode, content]) => file(path, Buffer.from(content), mode)),
        file(`lib/modules/${DRIVER}`, await readFile(join(await context.input(driver), DRIVER))),
        file('usr/bin/lspci', await readFile(join(tree, 'usr/bin/lspci')), 0o755),
        file('usr/share/misc/pci.ids', await readFile(await realpath(join(tree, 'usr/share/misc/pci.ids')))),
        { kind: 'directory', path: `lib/modules/${release}` },
        ...noModules(release).map(([path, content]) => file(`lib/modules/${path}`, content)),
        ...(await librariesIn(tree)),
      ],
    });
  },
});

function file(path: string, content: Uint8Array, mode?: number): CpioEntry {
  return { kind: 'file', path, content, ...(mode !== undefined && { mode }) };
}

/** Shared libraries under the names that programs ask for, and the loader. */
async function librariesIn(tree: string): Promise<CpioEntry[]> {
  const { triplet, loader } = HOST_ARCHITECTURES.arm64;
  const folder = join(tree, 'usr/lib', triplet);
  const names = (await readdir(folder)).filter((name) => /\.so\.\d+$/.test(name)).sort();
  const libraries = names.map(async (name) =>
    file(`usr/lib/${name}`, await readFile(await realpath(join(folder, name))), 0o755),
  );
  return [
    ...(await Promise.all(libraries)),
    { kind: 'symlink', path: `lib/${loader}`, target: `/usr/lib/${loader}` },
  ];
}
