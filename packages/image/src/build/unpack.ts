import { mkdir, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import pLimit from 'p-limit';
import type { PackageFile } from '../apt/package-file.ts';
import type { Pool } from '../apt/pool.ts';
import type { Hashable } from '../cache/hash.ts';
import { pipe } from '../process/pipe.ts';

/** Decompressing is what takes the time; more at once than this and they only compete. */
const AT_ONCE = pLimit(2);

/** Of no use in a tree nobody reads manuals in, and a fifth of its size. */
const UNREAD = ['doc', 'doc-base', 'info', 'lintian', 'locale', 'man'].map((name) => `./usr/share/${name}`);

/** Debian's packages expect these links to be there before them. */
const USR_MERGE = ['bin', 'lib', 'lib64', 'sbin'];

const TAR = ['-x', '--no-same-owner', '--keep-directory-symlink'];

/** For recipes: what decides, beside packages and patterns, what unpackTree() leaves. */
export const UNPACKING: Hashable = [UNREAD, USR_MERGE, TAR];

export interface UnpackOptions {
  readonly pool: Pool;
  readonly packages: readonly PackageFile[];
  readonly signal?: AbortSignal | undefined;
  /** Patterns (tar's) of what to leave out: making thousands of small files is what takes the time. */
  readonly without?: readonly string[];
}

/** Unpacks packages over each other into `directory`, each as soon as it has been downloaded. No package script runs. */
export async function unpackTree(directory: string, options: UnpackOptions): Promise<void> {
  const { pool, packages, signal, without = [] } = options;
  for (const name of USR_MERGE) {
    await mkdir(join(directory, 'usr', name), { recursive: true });
    await symlink(`usr/${name}`, join(directory, name));
  }
  const left = [...UNREAD, ...without].map((pattern) => `--exclude=${pattern}`);
  const tar = [...TAR, '-C', directory, ...left];
  const unpack = async (one: PackageFile): Promise<void> => {
    const deb = await pool.file(one);
    await AT_ONCE(() =>
      pipe(['dpkg-deb', ['--fsys-tarfile', deb]], ['tar', tar], {
        purpose: `unpack ${basename(deb)}`,
        code: 'unpack-failed',
        remedy: 'Run the same command again.',
        cwd: directory,
        signal,
      }),
    );
  };
  // All have to end before the caller removes the folder after a failure.
  const results = await Promise.allSettled(packages.map(unpack));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
