import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageFile } from '../apt/package-file.ts';
import type { Pool } from '../apt/pool.ts';
import { unpackTree } from './unpack.ts';

/** The compiler's package names it with its version; kbuild and we call it without. */
const UNVERSIONED = /^(?<name>aarch64-linux-gnu-gcc)-\d+$/;

/** What a kernel module's build calls, all of it in busybox. */
const APPLETS = [
  ...[
    '[',
    'awk',
    'basename',
    'cat',
    'chmod',
    'cmp',
    'cp',
    'cut',
    'date',
    'dirname',
    'echo',
    'env',
    'expr',
    'find',
  ],
  ...[
    'grep',
    'head',
    'install',
    'ln',
    'ls',
    'mkdir',
    'mktemp',
    'mv',
    'od',
    'printf',
    'pwd',
    'readlink',
    'realpath',
  ],
  ...[
    'rm',
    'rmdir',
    'sed',
    'sh',
    'sort',
    'stat',
    'tail',
    'test',
    'touch',
    'tr',
    'true',
    'uname',
    'uniq',
    'wc',
    'xargs',
  ],
  ...['xz'],
];

/**
 * Of 18,000 header files 14,000: those of other architectures than the guest's, of the device tree, and the empty
 * files by which a kernel's own rebuild sees which options have changed.
 */
const UNUSED_HEADERS = [
  ...['[!a]*', 'al*', 'arc', 'arm'].map((name) => `./usr/src/*/arch/${name}`),
  './usr/src/*/include/dt-bindings',
  './usr/src/*/include/config/[A-Z0-9]*',
];

/** Files whose presence says that the tree is complete. */
export const SDK_FILES = ['usr/bin/busybox', 'usr/bin/make'] as const;

/** Makes the tree native code is built in: compiler, C library, kernel headers and QuickJS for the guest. */
export async function makeSdk(
  directory: string,
  pool: Pool,
  packages: readonly PackageFile[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  await unpackTree(pool, packages, directory, { signal, without: UNUSED_HEADERS });
  const bin = join(directory, 'usr/bin');
  const present = new Set(await readdir(bin));
  for (const file of present) {
    const name = UNVERSIONED.exec(file)?.groups?.['name'];
    if (name && !present.has(name)) await symlink(file, join(bin, name));
  }
  for (const applet of APPLETS) if (!present.has(applet)) await symlink('busybox', join(bin, applet));
  for (const name of ['dev', 'tmp']) await mkdir(join(directory, name), { recursive: true });
  return SDK_FILES;
}
