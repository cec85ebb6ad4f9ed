import { closureSet } from '../apt/package-set.ts';
import { treeCommand } from '../build/tree-program.ts';
import { UNPACKING, unpackTree } from '../build/unpack.ts';
import type { Hashable } from '../cache/hash.ts';
import { MIB } from '../cache/space.ts';
import type { Artifact, BuildContext } from '../graph/artifact.ts';
import { run } from '../process/run.ts';

const PROGRAM = 'usr/bin/mksquashfs';

const UNCOMPRESSED = ['-noI', '-noD', '-noF', '-noX'];
const REPRODUCIBLE = ['-all-root', '-mkfs-time', '0', '-all-time', '0', '-no-exports'];

/** For recipes: what decides, beside the files, what packSquashfs() writes. */
export const PACKING: Hashable = [UNCOMPRESSED, REPRODUCIBLE];

/** The squashfs tools for this machine, with the libraries they need. */
export const squashfsTools: Artifact = {
  name: 'squashfs-tools',
  description: 'a packer of file system images',
  recipe: [UNPACKING],
  space: 16 * MIB,
  packages: [
    {
      set: closureSet('squashfs-tools', {
        space: 4 * MIB,
        of: () => ['squashfs-tools'],
        without: [/-base$/],
      }),
    },
  ],
  build: async (directory, context) => {
    await unpackTree(directory, context);
    return [PROGRAM];
  },
};

/**
 * Packs a folder into an image. Nothing in it is compressed: an emulated processor would take longer to decompress it
 * than QEMU to read it. The same files give the same bytes. They begin at byte `offset`. For artifacts that have the tools
 * among their inputs.
 */
export async function packSquashfs<Project>(
  folder: string,
  image: string,
  { host, signal, input }: BuildContext<Project>,
  offset = 0,
): Promise<void> {
  const tools = await input(squashfsTools);
  const quiet = ['-quiet', '-no-progress', '-noappend'];
  const args = [folder, image, ...UNCOMPRESSED, ...REPRODUCIBLE, ...quiet, '-o', String(offset)];
  const [loader, ...program] = treeCommand(tools, PROGRAM, host);
  await run(loader, [...program, ...args], {
    purpose: 'pack a file system image',
    code: 'build-failed',
    remedy: 'Run the same command again.',
    signal,
  });
}
