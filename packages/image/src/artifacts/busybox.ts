import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UNPACKING, unpackTree } from '../build/unpack.ts';
import { MIB } from '../cache/space.ts';
import type { Artifact } from '../graph/artifact.ts';
import { GUEST_SET, isGuestBusybox } from './guest-packages.ts';

/** What every initramfs has its commands from, `busybox`. */
export const busybox: Artifact = {
  name: 'busybox',
  description: "the guest's commands",
  space: 6 * MIB,
  recipe: [UNPACKING],
  packages: [{ set: GUEST_SET, only: isGuestBusybox }],
  build: async (directory, context) => {
    const tree = await context.scratch();
    await unpackTree(tree, context);
    await copyFile(join(tree, 'usr/bin/busybox'), join(directory, 'busybox'));
    return ['busybox'];
  },
};
