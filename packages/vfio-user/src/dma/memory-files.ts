import { Errno, RequestError } from '../errno.ts';
import {
  closeFd,
  describeFile,
  type FileDescription,
  mapShared,
  type SharedMapping,
} from '../syscalls/index.ts';
import type { Backing } from './dma-table.ts';

/** A file is mapped in pieces of this size: no view grows beyond what an ArrayBuffer may be. */
const SEGMENT_BYTES = 1 << 30;

/** Most files of one client: each keeps a descriptor open, and other clients need some as well. */
const MAX_FILES = 64;

/**
 * Guest memory shared by a client, each file mapped once however many windows (behind an IOMMU, thousands) use
 * it, and unmapped when the last of them is gone.
 */
export class MemoryFiles {
  readonly #files = new Map<string, MemoryFile>();

  /**
   * Backing for `size` bytes at `offset` of the file `fd`, or null if the file may be truncated later (it lacks
   * F_SEAL_SHRINK), since touching lost pages would kill this process. Always takes over `fd`.
   * @throws RequestError if the file is too small, one too many, or not writable while `write` is wanted.
   */
  open(fd: number, offset: bigint, size: bigint, write: boolean): Backing | null {
    let taken = false;
    try {
      const description = describeFile(fd);
      if (offset % 4096n !== 0n || offset + size > description.size)
        throw new RequestError(
          Errno.EINVAL,
          `DMA map of 0x${size.toString(16)} bytes at 0x${offset.toString(16)} of a file of ` +
            `0x${description.size.toString(16)}`,
        );
      if (write && !description.writable)
        throw new RequestError(Errno.EACCES, 'writable DMA map of a read-only file');
      if (!description.sealedAgainstShrinking) return null;
      const key = `${description.device}:${description.inode}:${description.size}:${description.writable}`;
      let file = this.#files.get(key);
      if (file === undefined) {
        if (this.#files.size >= MAX_FILES)
          throw new RequestError(Errno.ENOSPC, `DMA maps of more than ${MAX_FILES} files`);
        file = new MemoryFile(fd, description, () => this.#files.delete(key));
        taken = true;
        this.#files.set(key, file);
      }
      return file.backing(Number(offset));
    } finally {
      if (!taken) closeFd(fd);
    }
  }
}

class MemoryFile {
  readonly #fd: number;
  readonly #size: number;
  readonly #writable: boolean;
  readonly #onUnused: () => void;
  readonly #segments = new Map<number, SharedMapping>();
  #users = 0;

  constructor(fd: number, description: FileDescription, onUnused: () => void) {
    this.#fd = fd;
    this.#size = Number(description.size);
    this.#writable = description.writable;
    this.#onUnused = onUnused;
  }

  backing(base: number): Backing {
    this.#users++;
    let released = false;
    return {
      view: (offset, length) => this.#view(base + offset, length),
      release: () => {
        if (released) return;
        released = true;
        if (--this.#users === 0) this.#close();
      },
    };
  }

  #view(position: number, length: number): Uint8Array {
    const index = Math.floor(position / SEGMENT_BYTES);
    let segment = this.#segments.get(index);
    if (segment === undefined) {
      const start = index * SEGMENT_BYTES;
      segment = mapShared(this.#fd, start, Math.min(SEGMENT_BYTES, this.#size - start), this.#writable);
      this.#segments.set(index, segment);
    }
    const at = position - index * SEGMENT_BYTES;
    return segment.bytes.subarray(at, Math.min(at + length, segment.bytes.length));
  }

  #close(): void {
    for (const segment of this.#segments.values()) segment.unmap();
    this.#segments.clear();
    closeFd(this.#fd);
    this.#onUnused();
  }
}
