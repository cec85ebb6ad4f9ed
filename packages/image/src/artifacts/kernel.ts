import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findInPath } from '@coordinator/base/programs';
import { releaseOf } from '../apt/package-set.ts';
import { UNPACKING, unpackTree } from '../build/unpack.ts';
import { MIB } from '../cache/space.ts';
import { exerciserParts } from '../exerciser/index.ts';
import type { Artifact } from '../graph/artifact.ts';
import { ModuleTree } from '../modules/module-tree.ts';
import { orderModules } from '../modules/order.ts';
import { withoutSignature } from '../modules/signature.ts';
import { GUEST_SET, isInGuest } from './guest-packages.ts';
import { sdk } from './sdk.ts';

const exercisers = Object.values(exerciserParts);

/** Kernel modules by the folder of the artifact they are in, and there by the list that says when they are loaded. */
const MODULES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  /** The guest's initramfs: what every guest loads, and what is loaded when a PCI device asks for it. */
  modules: {
    always: ['9p', '9pnet_virtio'],
    // Vendor and device as /sys/bus/pci/devices/.../{vendor,device} show them.
    'pci-0x1af4-0x1053': ['vmw_vsock_virtio_transport'],
    'pci-0x1af4-0x1057': ['virtio-iommu'],
    ...Object.assign({}, ...exercisers.map(({ guestModules }) => guestModules)),
  },
  /** The lab's Arm host: its disks and shares, the IOMMU, handing functions to guests, and vsock. */
  'lab-modules': {
    always: [
      ...['virtio-iommu', 'virtio_blk', 'squashfs', '9p', '9pnet_virtio'],
      ...[
        'vfio-pci',
        'vfio_iommu_type1',
        ...exercisers.flatMap(({ labModules }) => labModules),
        'vhost_vsock',
      ],
    ],
  },
};

/** Folders without any of these modules: most of 4,000 files. A module missed by mistake is named in an error. */
const UNUSED_MODULES = [
  ...['sound', 'drivers/[!binv]*', 'drivers/b[!l]*', 'drivers/bluetooth', 'drivers/i[!o]*'],
  ...['drivers/net', 'drivers/nfc', 'drivers/video', 'fs/[!9ns]*', 'fs/s[!q]*', 'net/[!9v]*'],
].map((path) => `./usr/lib/modules/*/kernel/${path}`);

/**
 * The little that a guest needs of its kernel's package (hundreds of MB unpacked): the image, `vmlinuz`; modules, in
 * `modules/` for the initramfs and `lab-modules/` for that of the lab's host; and the busybox of either.
 */
export const kernel: Artifact = {
  name: 'kernel',
  title: 'guest kernel',
  description: "the guest's kernel",
  space: 80 * MIB,
  recipe: [1, UNPACKING, MODULES, UNUSED_MODULES],
  packages: [{ set: GUEST_SET, only: isInGuest }],
  // Decompresses modules where this machine has no xz.
  inputs: [sdk],
  build: async (directory, { packages, pool, signal, scratch, input }) => {
    const release = releaseOf(packages) ?? '';
    const tree = await scratch();
    await unpackTree(tree, { packages, pool, signal, without: UNUSED_MODULES });
    await copyFile(join(tree, 'boot', `vmlinuz-${release}`), join(directory, 'vmlinuz'));
    await copyFile(join(tree, 'usr/bin/busybox'), join(directory, 'busybox'));
    const xz = findInPath('xz')
      ? (['xz'] as const)
      : ([join(await input(sdk), 'usr/bin/busybox'), 'xz'] as const);
    const modules = await ModuleTree.open(join(tree, 'usr/lib/modules', release), [...xz, '-dc'], signal);
    const files = ['vmlinuz', 'busybox'];
    for (const [folder, lists] of Object.entries(MODULES)) {
      await copyModules(modules, join(directory, folder), lists);
      files.push(...(await readdir(join(directory, folder))).map((name) => `${folder}/${name}`));
    }
    await writeFile(join(directory, 'release'), `${release}\n`);
    await copyFile(join(directory, 'release'), join(directory, 'modules/release'));
    return [...files, 'release', 'modules/release'];
  },
};

/** Release of the kernel that a kernel's or an SDK's folder is of. */
export async function readRelease(directory: string): Promise<string> {
  return (await readFile(join(directory, 'release'), 'utf8')).trim();
}

/** Writes the modules, and the lists of what to load, in order. */
async function copyModules(
  tree: ModuleTree,
  directory: string,
  lists: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  await mkdir(directory);
  for (const [list, wanted] of Object.entries(lists)) {
    const order = await orderModules(wanted, (name) => tree.dependsOn(name));
    for (const name of order) {
      await writeFile(join(directory, `${name}.ko`), withoutSignature(await tree.content(name)));
    }
    await writeFile(join(directory, list), order.map((name) => `${name}.ko\n`).join(''));
  }
}

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
