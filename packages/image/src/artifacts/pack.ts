import { constants } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hashFiles } from '../cache/hash.ts';
import { MIB } from '../cache/space.ts';
import type { Artifact } from '../graph/artifact.ts';
import { ARM_LOADER, ARM_NODE, armNode } from './arm-node.ts';
import type { LabParts } from './lab-parts.ts';
import type { LabSources } from './sources.ts';
import { PACKING, packSquashfs, squashfsTools } from './squashfs-tools.ts';
import { readRelease } from './write-kernel.ts';

/** Has Node take the bundle's files for ES modules. */
const MANIFEST = '{ "type": "module" }\n';

/** What a pack is made of; absolute paths. */
export interface PackParts {
  /** What guests are started from. */
  readonly kernel: string;
  readonly kernelRelease: string | null;
  readonly initrd: string;
  readonly kit: string;
  /** Folder of Node for arm64. */
  readonly armNode: string;
  /** Folder of the built coordinator, with `coordinator.js` in it. */
  readonly bundle: string;
}

/** Where things are in a pack, relative to it. */
export const PACK_LAYOUT = {
  launcher: 'coordinator',
  description: 'pack.json',
  node: 'runtime/node',
  libraries: 'runtime/lib',
  bundle: 'packages/host/dist',
  kit: 'kit',
  kernel: 'guest/vmlinuz',
  initrd: 'guest/initrd',
} as const;

/** Runs Node through the loader that came along: nothing of the machine itself is used but its kernel and /bin/sh. */
const LAUNCHER = `#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
here=$(cd "$(dirname "$0")" && pwd) || exit 4
export COORDINATOR_PACK="$here"
exec "$here/${PACK_LAYOUT.libraries}/${ARM_LOADER}" --library-path "$here/${PACK_LAYOUT.libraries}" \\
	"$here/${PACK_LAYOUT.node}" "$here/${PACK_LAYOUT.bundle}/coordinator.js" "$@"
`;

const README = `coordinator for an arm64 Linux machine. Nothing has to be installed: unpack it anywhere, then, as root,

    ./coordinator devices
    ./coordinator test --platform host --guests 2

guest/ holds the guests' kernel and initramfs, kit/ what guests mount read-only. runtime/ is Node.js
(https://nodejs.org, its licence in runtime/LICENSE) with the C and C++ libraries of Debian it runs on.
`;

/** The pack that the lab's host mounts: an image. */
export const makePack = ({ kernel, initrd, kit }: LabParts): Artifact<LabSources> => ({
  name: 'pack',
  description: 'the pack',
  space: 290 * MIB,
  recipe: [1, PACKING, PACK_LAYOUT, LAUNCHER, README, MANIFEST],
  inputs: [armNode, kernel, initrd, kit, squashfsTools],
  sources: ({ bundle }) => hashFiles(bundle),
  build: async (directory, context) => {
    const { input, project } = context;
    const tree = await context.scratch();
    const guest = await input(kernel);
    await layOutPack(tree, {
      kernel: join(guest, 'vmlinuz'),
      kernelRelease: await readRelease(guest),
      initrd: join(await input(initrd), 'initrd'),
      kit: await input(kit),
      armNode: await input(armNode),
      bundle: project.bundle,
    });
    await packSquashfs(tree, join(directory, 'pack.squashfs'), context);
    return ['pack.squashfs'];
  },
});

/** Lays out a pack: plain files and folders without links, so that any file system holds it. */
export async function layOutPack(directory: string, parts: PackParts): Promise<void> {
  const copies: readonly (readonly [source: string, path: string])[] = [
    [parts.armNode, 'runtime'],
    [parts.bundle, PACK_LAYOUT.bundle],
    [parts.kit, PACK_LAYOUT.kit],
    [parts.kernel, PACK_LAYOUT.kernel],
    [parts.initrd, PACK_LAYOUT.initrd],
  ];
  for (const [source, path] of copies) {
    const target = join(directory, path);
    await mkdir(dirname(target), { recursive: true });
    // A clone, where the file system can.
    await cp(source, target, { recursive: true, mode: constants.COPYFILE_FICLONE });
  }
  await writeFile(join(directory, PACK_LAYOUT.launcher), LAUNCHER, { mode: 0o755 });
  await writeFile(join(directory, 'package.json'), MANIFEST);
  await writeFile(join(directory, 'README'), README);
  const description = { version: 1, node: ARM_NODE.version, kernelRelease: parts.kernelRelease };
  await writeFile(join(directory, PACK_LAYOUT.description), `${JSON.stringify(description, null, 2)}\n`);
}
