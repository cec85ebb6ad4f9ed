import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DEBIAN, GUEST_ARCHITECTURE } from '../apt/debian.ts';
import { closureSet } from '../apt/package-set.ts';
import { linkApplets, MACHINE_APPLETS } from '../build/busybox.ts';
import { UNPACKING, unpackTree } from '../build/unpack.ts';
import { MIB } from '../cache/space.ts';
import type { Artifact } from '../graph/artifact.ts';
import { noModules } from '../modules/no-modules.ts';
import { busybox } from './busybox.ts';
import { LAB_EXCHANGE, LAB_MAIN, LAB_WAKE } from './lab-initrd.ts';
import { NOT_FOR_QEMU } from './qemu.ts';
import type { Sources } from './sources.ts';
import { PACKING, packSquashfs, squashfsTools } from './squashfs-tools.ts';
import { readRelease } from './write-kernel.ts';

/** What the lab's Arm host has installed: a VMM that runs on it, lspci, and screen with what it knows of terminals. */
const ARM_HOST = closureSet('arm-host', {
  space: 28 * MIB,
  of: () => ['qemu-system-arm', 'pciutils', 'screen', 'ncurses-base'],
  architecture: GUEST_ARCHITECTURE,
  targetSuite: DEBIAN.backports,
  without: [...NOT_FOR_QEMU, /^ipxe-qemu$/],
  // What screen needs.
  but: /^(libtinfo6|libcrypt1|libpam0g|libaudit1|libcap-ng0)$/,
});

/** Where things are mounted, and what programs expect to be able to write to. */
const MOUNT_POINTS = ['dev', 'exchange', 'mnt', 'pack', 'proc', 'root', 'run', 'sys', 'tmp', 'var'];

/** Parts of QEMU's packages for other machines and for graphical front ends: half of what would be unpacked. */
const UNUSED = [
  ...['usr/bin/qemu-system-arm', 'usr/share/icons', 'usr/share/applications', 'usr/share/misc/pci.ids.d'],
  ...[
    'usr/share/qemu/edk2-*',
    'usr/share/qemu/firmware',
    'usr/share/qemu/keymaps',
    'usr/share/bash-completion',
  ],
  ...['usr/lib/aarch64-linux-gnu/gconv', 'usr/share/glib-2.0', 'usr/share/gdb'],
].map((path) => `./${path}`);

const CONFIGURATION = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
  'etc/hostname': 'arm-lab\n',
} as const;

/** In /usr/sbin. */
const PROGRAMS = { 'lab-main': LAB_MAIN, 'lab-exchange': LAB_EXCHANGE, 'lab-wake': LAB_WAKE };

/** The root image of the lab's host for a kernel. No package script runs, so what they would make is made here. */
export const makeLabRoot = (kernel: Artifact<Sources>): Artifact<Sources> => ({
  name: 'lab-root',
  description: "the programs of the lab's host",
  space: 160 * MIB,
  recipe: [2, UNPACKING, PACKING, MOUNT_POINTS, UNUSED, MACHINE_APPLETS, CONFIGURATION, PROGRAMS],
  packages: [{ set: ARM_HOST }],
  inputs: [busybox, kernel, squashfsTools],
  build: async (directory, context) => {
    const tree = await context.scratch();
    await unpackTree(tree, { ...context, without: UNUSED });
    const bin = join(tree, 'usr/bin');
    await copyFile(join(await context.input(busybox), 'busybox'), join(bin, 'busybox'));
    await chmod(join(bin, 'busybox'), 0o755);
    await linkApplets(bin, MACHINE_APPLETS);
    for (const name of [...MOUNT_POINTS, 'etc']) await mkdir(join(tree, name), { recursive: true });
    for (const [path, content] of Object.entries(CONFIGURATION)) {
      await rm(join(tree, path), { force: true });
      await writeFile(join(tree, path), content);
    }
    for (const [path, content] of noModules(await readRelease(await context.input(kernel)))) {
      const index = join(tree, 'usr/lib/modules', path);
      await mkdir(dirname(index), { recursive: true });
      await writeFile(index, content);
    }
    for (const [name, text] of Object.entries(PROGRAMS))
      await writeFile(join(tree, 'usr/sbin', name), text, { mode: 0o755 });
    await packSquashfs(tree, join(directory, 'root.squashfs'), context);
    return ['root.squashfs'];
  },
});
