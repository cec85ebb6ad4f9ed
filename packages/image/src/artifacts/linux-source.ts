import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageSet } from '../apt/package-set.ts';
import { exactly, query } from '../apt/query.ts';
import { unpackTree } from '../build/unpack.ts';
import { MIB } from '../cache/space.ts';
import { SetUpError } from '../errors.ts';
import type { Artifact } from '../graph/artifact.ts';
import { sourcesAmong } from '../kernel/debian.ts';
import { SOURCE_PREFIX } from '../kernel/names.ts';
import type { SourceKernel } from '../kernel/source.ts';

/** Its file in the artifact. */
export const SOURCE_ARCHIVE = 'linux.tar.xz';

const PACKAGE = 'linux-source-';

/** Debian's source of a series of kernels, as it is packed: one archive with Debian's changes in it. */
export function linuxSource({ series, archive }: Pick<SourceKernel, 'series' | 'archive'>): Artifact {
  const set: PackageSet = {
    name: `${PACKAGE}${series}`,
    archive,
    space: 170 * MIB,
    recipe: () => [1, series],
    choose: async (root, _, signal) => {
      const purpose = query(`find the source of kernel ${series}`, signal);
      const names = (await root.run('apt-cache', ['pkgnames', PACKAGE], purpose))
        .toString('utf8')
        .split('\n');
      const known = sourcesAmong(names);
      if (known.includes(series)) return exactly(root, [`${PACKAGE}${series}`], purpose);
      throw new SetUpError(
        'kernel-unknown',
        `Debian has no source of kernel ${series} where ${SOURCE_PREFIX}${series} is looked for.`,
        {
          remedy: `There is ${known.join(', ')}, and 6.1 of bookworm: ${SOURCE_PREFIX}${known[0] ?? '6.12'}.`,
        },
      );
    },
  };
  return {
    name: 'linux-source',
    description: `the source of kernel ${series}`,
    space: 170 * MIB,
    recipe: [1, series],
    packages: [{ set }],
    build: async (directory, context) => {
      const tree = await context.scratch();
      await unpackTree(tree, context);
      const folder = join(tree, 'usr/src');
      const packed = (await readdir(folder)).find((name) => /^linux-source-.*\.tar\.xz$/.test(name));
      if (packed === undefined)
        throw new SetUpError(
          'build-failed',
          `The package of the source of kernel ${series} has none in it.`,
          {
            remedy: 'Report this: the recipe does not fit this package.',
          },
        );
      await rename(join(folder, packed), join(directory, SOURCE_ARCHIVE));
      return [SOURCE_ARCHIVE];
    },
  };
}
