import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { BUILD_APPLETS, linkApplets } from './busybox.ts';

/** What a program is called by a build, and what packages, which leave the rest to their scripts, call it. */
export type ProgramLink = readonly [name: string, to: RegExp];

/** Makes an unpacked tree of tools one that a build can be rooted in. What is there already under a name is left. */
export async function finishToolTree(tree: string, links: readonly ProgramLink[]): Promise<void> {
  const bin = join(tree, 'usr/bin');
  const present = await readdir(bin);
  for (const [name, to] of links) {
    const program = present.find((file) => to.test(file));
    if (program !== undefined && !present.includes(name)) await symlink(program, join(bin, name));
  }
  await linkApplets(bin, BUILD_APPLETS);
  for (const folder of ['dev', 'tmp']) await mkdir(join(tree, folder), { recursive: true });
}
