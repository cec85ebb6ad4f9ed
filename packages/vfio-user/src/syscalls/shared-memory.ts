import { fstatSync, ftruncateSync } from 'node:fs';
import koffi from 'koffi';
import { F, MAP, MFD, O, PROT } from './constants.ts';
import { calls, check, closeFd, errno, SystemCallError } from './libc.ts';

export interface FileDescription {
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: bigint;
  readonly writable: boolean;
  /** F_SEAL_SHRINK is set: no page of it can go away while it is mapped. */
  readonly sealedAgainstShrinking: boolean;
}

export function describeFile(fd: number): FileDescription {
  const { dev, ino, size } = fstatSync(fd, { bigint: true });
  const flags = calls.fcntl(fd, F.GETFL, 0) as number;
  const seals = calls.fcntl(fd, F.GET_SEALS, 0) as number; // -1: a kind of file that has none
  return {
    device: dev,
    inode: ino,
    size,
    writable: (flags & O.ACCMODE) === O.RDWR,
    sealedAgainstShrinking: seals >= 0 && (seals & F.SEAL_SHRINK) !== 0,
  };
}

/** A piece of a file in memory. After `unmap` no view of `bytes` may be touched. */
export interface SharedMapping {
  readonly bytes: Uint8Array;
  unmap(): void;
}

/** Maps `length` bytes at `offset` (a multiple of the page size) of `fd`, shared. */
export function mapShared(fd: number, offset: number, length: number, writable: boolean): SharedMapping {
  const prot = writable ? PROT.READ | PROT.WRITE : PROT.READ;
  const address = calls.mmap(0, length, prot, MAP.SHARED, fd, offset);
  if (BigInt.asIntN(64, BigInt(address ?? 0)) === -1n) throw new SystemCallError('mmap', errno());
  return {
    bytes: new Uint8Array(koffi.view(address, length)),
    unmap: () => {
      calls.munmap(address, length);
    },
  };
}

/**
 * Memory of a guest as a VMM makes it, of so many bytes, all zeros: shared, and sealed against shrinking, so that a device server may
 * map it.
 * @param options not sealed: as a VMM has it that a device server must not trust
 * @returns its descriptor
 * @throws SystemCallError
 */
export function createGuestMemory(bytes: number, { sealed = true } = {}): number {
  const fd = check('memfd_create', calls.memfdCreate('guest', MFD.CLOEXEC | MFD.ALLOW_SEALING));
  try {
    ftruncateSync(fd, bytes);
    if (sealed) check('fcntl F_ADD_SEALS', calls.fcntl(fd, F.ADD_SEALS, F.SEAL_SHRINK));
    return fd;
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}
