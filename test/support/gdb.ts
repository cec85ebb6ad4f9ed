import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../packages/base/src/user.ts';
import { hostArchitecture } from '../../packages/image/src/apt/host.ts';
import { closureSet } from '../../packages/image/src/apt/package-set.ts';
import { treeCommand } from '../../packages/image/src/build/tree-program.ts';
import { UNPACKING, unpackTree } from '../../packages/image/src/build/unpack.ts';
import { Cache } from '../../packages/image/src/cache/cache.ts';
import { MIB } from '../../packages/image/src/cache/space.ts';
import type { Artifact } from '../../packages/image/src/graph/artifact.ts';
import { ensure } from '../../packages/image/src/graph/ensure.ts';

/** For slow machines. */
const LIMIT_MS = 500_000;
const PROGRAM = 'usr/bin/gdb-multiarch';

/**
 * Of its closure: the other gdb, whose data it can do without; what Python has beyond its core; what package scripts need;
 * libraries of programs that are not run. 27 MB of 37 are left.
 */
const UNUSED = [
  /^(gdb|libpython3\..*-stdlib|procps|libproc2-0|libdb5\.3.*|libssl3.*|libsqlite3-0|libcrypt1|libbz2-1\.0)$/,
  /^(ucf|sensible-utils|init-system-helpers|media-types|debconf|libtext-.*-perl|libdebuginfod-common)$/,
  /^(libsystemd0|libblkid1|libmount1|libuuid1|libsource-highlight-common|readline-common)$/,
];

/** Debian's gdb, with the libraries and the Python that it cannot start without: what no user is made to download. */
const debianGdb: Artifact = {
  name: 'test-gdb',
  description: "Debian's gdb",
  recipe: [UNPACKING],
  space: 110 * MIB,
  packages: [
    {
      set: closureSet('test-gdb', {
        space: 30 * MIB,
        of: () => ['gdb-multiarch'],
        without: UNUSED,
      }),
    },
  ],
  build: async (directory, context) => {
    await unpackTree(directory, context);
    return [PROGRAM];
  },
};

/** Runs Debian's gdb, which is fetched where it is not there yet. @param commands done one after another @returns what it prints */
export async function gdb(...commands: readonly string[]): Promise<string> {
  const host = hostArchitecture();
  const cache = new Cache(cacheFolder());
  const plan = await ensure({ targets: [debianGdb], project: null, cache, host });
  const tree = plan.folderOf(debianGdb);
  const [loader, ...program] = treeCommand(tree, PROGRAM, host);
  const flags = ['-nx', '-batch', '--data-directory', tree];
  const { stdout, stderr } = await promisify(execFile)(
    loader,
    [...[...program, ...flags], ...commands.flatMap((command) => ['-ex', command])],
    { env: { ...process.env, PYTHONHOME: join(tree, 'usr') }, timeout: LIMIT_MS },
  );
  return stdout + stderr;
}
