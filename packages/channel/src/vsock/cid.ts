import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { CoordinatorError, hasCode } from '@coordinator/base/errors';

/**
 * CIDs are one space for all of a host, and ports of the host's end are another; a guest's port is the number of its
 * CID, so that one lease covers both. From here on nobody chooses CIDs by hand, and ports need no privilege.
 */
const FIRST_CID = 0x1_0000;
const LAST_CID = 0x7fff_ffff;
const ATTEMPTS = 64;

export interface CidLease {
  readonly cid: number;
  release(): Promise<void>;
}

/**
 * A CID that no other run on this host has. It is held by a socket in the abstract namespace (unix(7)), which exists
 * once for all users and goes with its process: a lease can be neither forgotten nor stale.
 * @throws CoordinatorError when there is none.
 */
export async function leaseCid(choose = () => randomInt(FIRST_CID, LAST_CID)): Promise<CidLease> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const lease = await tryLease(choose());
    if (lease) return lease;
  }
  throw new CoordinatorError(`no vsock CID was free in ${ATTEMPTS} attempts`);
}

/** Null when somebody else has it. */
function tryLease(cid: number): Promise<CidLease | null> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error) => (hasCode(error, 'EADDRINUSE') ? resolve(null) : reject(error)));
    server.listen({ path: `\0coordinator-vsock-cid-${cid}` }, () => {
      server.unref();
      resolve({ cid, release: () => new Promise((done) => server.close(() => done())) });
    });
  });
}
