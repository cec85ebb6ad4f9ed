import { VSOCK_ARCHIVE } from '../apt/archive.ts';
import { packageSet } from '../apt/package-set.ts';
import { unpackTree } from '../build/unpack.ts';
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
  packages: [
    {
      set: packageSet(
        VSOCK_PROGRAM,
        VSOCK_ARCHIVE,
        'Name another mirror with COORDINATOR_DEBIAN_MIRROR=URL, or use --channel file.',
      ),
    },
  ],
  build: async (directory, context) => {
    await unpackTree(directory, context);
    return [VSOCK_BINARY];
  },
};
