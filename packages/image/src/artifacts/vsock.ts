import { VSOCK_ARCHIVE } from '../apt/archive.ts';
import { packageSet } from '../apt/package-set.ts';
import { UNPACKING, unpackTree } from '../build/unpack.ts';
import { MIB } from '../cache/space.ts';
import type { Artifact } from '../graph/artifact.ts';

export const VSOCK_PROGRAM = 'vhost-device-vsock';
/** Its path in the artifact. */
export const VSOCK_BINARY = `usr/bin/${VSOCK_PROGRAM}`;

/**
 * The vhost-user server that gives guests vsock where the kernel has no vhost-vsock (11 MB, of which 10 are the index
 * that its signature covers). It needs no more than a C library.
 */
export const vsock: Artifact = {
  name: 'vsock',
  description: 'the vsock server',
  recipe: [UNPACKING],
  space: 4 * MIB,
  packages: [
    {
      set: packageSet(
        VSOCK_PROGRAM,
        VSOCK_ARCHIVE,
        MIB,
        'Name another mirror with COORDINATOR_DEBIAN_MIRROR=URL, or use --channel file.',
      ),
    },
  ],
  build: async (directory, context) => {
    await unpackTree(directory, context);
    return [VSOCK_BINARY];
  },
};
