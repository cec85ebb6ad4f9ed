import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findInPath } from './apt/host.ts';
import type { Pool } from './apt/pool.ts';
import { compileBytecode } from './build/bytecode.ts';
import { makeKernel } from './build/kernel.ts';
import { layOutKit } from './build/kit.ts';
import { buildChangedDrivers, buildNative } from './build/native.ts';
import { makeSdk } from './build/sdk.ts';
import { packInitramfs } from './initramfs/initramfs.ts';
import type { Pins } from './pins.ts';
import { type ArtifactName, artifactIds, packagesOf } from './plan.ts';
import { makeQemuTree } from './qemu/tree.ts';
import type { State } from './state.ts';

export interface MakeOptions {
  readonly state: State;
  readonly pins: Pins;
  readonly toMake: ReadonlySet<ArtifactName>;
  /** Gives each package as soon as it is here. */
  readonly pool: Pool;
  readonly signal: AbortSignal;
  /** Called with how many are made, each time one is. */
  readonly onArtifact: (done: number) => void;
}

/** Makes the artifacts asked for, side by side where one is not made from the other. */
export async function makeArtifacts(options: MakeOptions): Promise<void> {
  const { state, pins, toMake, pool, signal } = options;
  const { cache, host, hashes } = state;
  const { nativeDir, agentBundle, changedDrivers } = state.options;
  const release = pins.kernelRelease ?? '';
  const ids = artifactIds(pins, hashes);
  let done = 0;

  /** The artifact's folder, once it is made; at once if it is there. */
  const make = async (name: ArtifactName, build: (directory: string) => Promise<readonly string[]>) => {
    const id = ids[name];
    if (!id) throw new Error(`no packages are chosen for the artifact ${name}`);
    if (!toMake.has(name)) return cache.pathOf(id);
    const directory = await cache.make(id, build);
    options.onArtifact(++done);
    return directory;
  };
  const packages = (name: ArtifactName) => packagesOf(name, pins);

  const sdk = make('sdk', (directory) => makeSdk(directory, pool, packages('sdk'), signal));
  const decompressor = async (): Promise<readonly [string, ...string[]]> =>
    (await findInPath('xz')) ? ['xz', '-dc'] : [join(await sdk, 'usr/bin/busybox'), 'xz', '-dc'];
  const kernel = make('kernel', async (directory) =>
    makeKernel(directory, {
      pool,
      packages: packages('kernel'),
      release,
      scratch: await cache.temporary('kernel-package'),
      decompressor,
      signal,
    }),
  );
  const native = sdk.then((tree) =>
    make('native', (directory) => buildNative(directory, { sdk: tree, sources: nativeDir, release, signal })),
  );
  const kit = native.then((built) =>
    make('kit', async (directory) =>
      layOutKit(directory, {
        native: built,
        release,
        start: join(nativeDir, 'start/start'),
        agentBundle,
        agentBytecode: await compileBytecode(await sdk, agentBundle, signal),
      }),
    ),
  );
  // Behind the kit: all builds are at the same place in the SDK.
  const drivers = changedDrivers
    ? kit.then(async () => {
        const tree = await sdk;
        return make('drivers', (directory) =>
          buildChangedDrivers(directory, { sdk: tree, sources: nativeDir, release, signal }, changedDrivers),
        );
      })
    : null;
  const initrd = kernel.then((folder) =>
    make('initrd', async (directory) => {
      await writeFile(join(directory, 'initrd'), await packInitramfs(folder, join(nativeDir, 'init/init')));
      return ['initrd'];
    }),
  );
  const qemu = toMake.has('qemu')
    ? make('qemu', (directory) => makeQemuTree(directory, pool, packages('qemu'), host, signal))
    : null;
  const results = await Promise.allSettled([kit, initrd, qemu, drivers]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
