import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PackageFile } from '../apt/package-file.ts';
import type { Pool } from '../apt/pool.ts';
import { layOutArmHost, packLabInitramfs } from './arm-host.ts';
import { makeArmNode } from './arm-node.ts';
import { layOutPack } from './pack.ts';
import type { LabPins } from './pins.ts';
import { makeSquashfsTools, packSquashfs } from './squashfs.ts';
import { LAB_SETS_OF, type LabArtifact, type LabState, labArtifactIds } from './state.ts';

export interface MakeLabOptions {
  readonly state: LabState;
  readonly pins: LabPins;
  readonly toMake: ReadonlySet<LabArtifact>;
  /** Gives each package as soon as it is here. */
  readonly pool: Pool;
  readonly signal: AbortSignal;
  readonly onArtifact: (done: number) => void;
}

/** Makes the artifacts asked for, side by side where one is not made from the other. */
export async function makeLabArtifacts(options: MakeLabOptions): Promise<void> {
  const { state, pins, toMake, pool, signal } = options;
  const { cache, host, platform } = state;
  const kernel = dirname(platform.kernel);
  const busybox = join(kernel, 'busybox');
  const ids = labArtifactIds(state, pins);
  let done = 0;

  /** The artifact's folder, once it is made; at once if it is there or not wanted. */
  const make = async (name: LabArtifact, build: (directory: string) => Promise<readonly string[]>) => {
    const id = ids[name];
    if (!id || !toMake.has(name)) return id ? cache.pathOf(id) : '';
    const directory = await cache.make(id, build);
    options.onArtifact(++done);
    return directory;
  };
  const packages = (name: LabArtifact): readonly PackageFile[] => pins[LAB_SETS_OF[name] ?? 'arm-host'] ?? [];

  const tools = make('squashfs-tools', (directory) =>
    makeSquashfsTools(directory, pool, packages('squashfs-tools'), signal),
  );
  const armNode = make('arm-node', async (directory) => {
    const scratch = await cache.temporary('arm-node-package');
    return makeArmNode(directory, { pool, packages: packages('arm-node'), scratch, signal });
  });
  const root = make('lab-root', async (directory) => {
    const tree = await cache.temporary('lab-root-tree');
    await layOutArmHost(tree, { pool, packages: packages('lab-root'), busybox, signal });
    await packSquashfs(await tools, host, tree, join(directory, 'root.squashfs'), signal);
    return ['root.squashfs'];
  });
  const initrd = make('lab-initrd', async (directory) => {
    await writeFile(join(directory, 'initrd'), await packLabInitramfs(join(kernel, 'lab-modules'), busybox));
    return ['initrd'];
  });
  const pack = make('pack', async (directory) => {
    const tree = await cache.temporary('pack-tree');
    const { bundle } = state.options;
    await layOutPack(tree, { platform, armNode: await armNode, bundle });
    await packSquashfs(await tools, host, tree, join(directory, 'pack.squashfs'), signal);
    return ['pack.squashfs'];
  });
  const results = await Promise.allSettled([tools, armNode, root, initrd, pack]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
