import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, open, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MIB } from '../cache/space.ts';
import type { Artifact } from '../graph/artifact.ts';
import { LAB_NAMES } from './lab-initrd.ts';
import type { LabParts } from './lab-parts.ts';
import { makeRamdisk } from './ramdisk.ts';
import type { Sources } from './sources.ts';
import { PACKING, packSquashfs, squashfsTools } from './squashfs-tools.ts';

export const LAB_DISK = 'disk.img';

const SECTOR = 512;
/** Where partitions begin: the first, where a boot loader's files would be, is empty. */
const BOOT = { at: MIB, bytes: MIB, type: 0x0c };
const FILES_AT = BOOT.at + BOOT.bytes;
const LINUX = 0x83;

/** The user's kvmtool, where the lab was given one. */
const LKVM = `#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
[ -x /exchange/${LAB_NAMES.lkvm} ] && exec /exchange/${LAB_NAMES.lkvm} "$@"
echo 'lkvm: this lab was given no kvmtool: coordinator lab up --lkvm PATH brings yours, built for arm64' >&2
exit 127
`;

/**
 * The disk that Arm's reference platforms boot from, as far as guests are started from it: its second partition has a
 * kernel and a RAM disk for them, the place of kvmtool, and the test engine's tool.
 */
export const makeLabDisk = (parts: LabParts): Artifact<Sources> => {
  const { kernel, kit } = parts;
  const ramdisk = makeRamdisk(parts);
  return {
    name: 'lab-disk',
    description: "the lab's disk",
    space: 120 * MIB,
    recipe: [1, PACKING, BOOT, LKVM],
    inputs: [kernel, ramdisk, kit, squashfsTools],
    build: async (directory, context) => {
      const { input } = context;
      const tree = await context.scratch();
      const files: readonly (readonly [path: string, source: string, mode: number])[] = [
        ['Image', join(await input(kernel), 'vmlinuz'), 0o644],
        ['ramdisk-buildroot.img', join(await input(ramdisk), 'initrd'), 0o644],
        ['smmute', join(await input(kit), 'smmute'), 0o755],
      ];
      for (const [path, source, mode] of files) {
        await copyFile(source, join(tree, path), constants.COPYFILE_FICLONE);
        await chmod(join(tree, path), mode);
      }
      const lkvm = join(tree, 'kvmtool/lkvm');
      await mkdir(dirname(lkvm));
      await writeFile(lkvm, LKVM, { mode: 0o755 });
      const disk = join(directory, LAB_DISK);
      await packSquashfs(tree, disk, context, FILES_AT);
      await writePartitionTable(disk);
      return [LAB_DISK];
    },
  };
};

/** A master boot record: its table at byte 446, four entries of 16 bytes, and the signature 55 aa behind it. */
async function writePartitionTable(disk: string): Promise<void> {
  const { size } = await stat(disk);
  const end = Math.ceil(size / SECTOR) * SECTOR;
  const record = Buffer.alloc(SECTOR);
  const partitions = [BOOT, { at: FILES_AT, bytes: end - FILES_AT, type: LINUX }];
  for (const [index, { at, bytes, type }] of partitions.entries()) {
    const entry = 446 + index * 16;
    record[entry + 4] = type;
    record.writeUInt32LE(at / SECTOR, entry + 8);
    record.writeUInt32LE(bytes / SECTOR, entry + 12);
  }
  record.writeUInt16LE(0xaa55, 510);
  const file = await open(disk, 'r+');
  try {
    await file.truncate(end);
    await file.write(record, 0, SECTOR, 0);
  } finally {
    await file.close();
  }
}
