import type { HostArchitecture } from '../apt/debian.ts';
import { closureSet } from '../apt/package-set.ts';
import { treeCommand, treeProgramFiles } from '../build/tree-program.ts';
import { UNPACKING, unpackTree } from '../build/unpack.ts';
import { MIB } from '../cache/space.ts';
import type { Artifact } from '../graph/artifact.ts';
import { run } from '../process/run.ts';

export const VALKEY_PROGRAM = 'valkey-server';
const BINARY = `usr/bin/${VALKEY_PROGRAM}`;

/** What only the package scripts of its closure need. */
const NOT_FOR_VALKEY: readonly RegExp[] = [
  /^(adduser|passwd|base-passwd|login\.defs|debconf|libdebconfclient0|libpam.*|libaudit.*|libcap-ng0)$/,
  /^(libsemanage.*|libsepol2|libcrypt1|libdb5\..*|libbsd0|libmd0|libacl1|libattr1|libbz2-1\.0)$/,
  /^(openssl-provider-legacy|sysvinit-utils|init-system-helpers|libselinux1|libpcre2-8-0|.*-base)$/,
];

/** The server of a fleet's queue on one machine, with its libraries. */
export const valkey: Artifact = {
  name: 'valkey',
  title: 'Valkey',
  description: "the server of a fleet's queue",
  recipe: [UNPACKING],
  space: 24 * MIB,
  packages: [
    {
      set: closureSet('valkey', {
        space: 6 * MIB,
        of: () => [VALKEY_PROGRAM],
        without: NOT_FOR_VALKEY,
      }),
    },
  ],
  build: async (directory, context) => {
    const { host, signal } = context;
    await unpackTree(directory, context);
    // A newer one that needs a library which is left out must be noticed here.
    const [program, ...args] = valkeyTreeCommand(directory, host);
    await run(program, [...args, '--version'], {
      purpose: 'ask Valkey for its version',
      code: 'build-failed',
      remedy:
        'Report this: the recipe does not fit the packages of today. A valkey-server on $PATH is used too.',
      signal,
    });
    return treeProgramFiles(BINARY, host);
  },
};

/** How to run it from an unpacked tree. */
export const valkeyTreeCommand = (tree: string, host: HostArchitecture): readonly [string, ...string[]] =>
  treeCommand(tree, BINARY, host);
