import { webcrypto } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { allocatedBytes } from '@coordinator/base/files';

/**
 * What a saved guest's file holds. It is for the most part holes: what is between the pieces is zeros, and takes no room on the
 * disk.
 */
export interface Digest {
  /** Bytes, holes included. */
  readonly size: number;
  /** Bytes it takes on the disk. As long as they are as many, nothing was written where a hole was. */
  readonly allocated: number;
  readonly pieces: readonly Piece[];
}

/** Where it begins, how long it is, and the hexadecimal SHA-256 of what is there. */
export type Piece = readonly [at: number, length: number, sha256: string];

const CHUNK_BYTES = 1 << 18;
/** Node reads and hashes in threads of its own; more of them would take the processor from what starts meanwhile. */
const WORKERS = 2;

const ZEROS = Buffer.alloc(CHUNK_BYTES);

/** Reads all of a file. */
export async function makeDigest(path: string): Promise<Digest> {
  await settle(path);
  const { size } = await stat(path);
  const pieces: Piece[] = [];
  await readAll(path, chunksOf(size), async ([at], bytes) => {
    if (!isZero(bytes)) pieces.push([at, bytes.length, await sha256(bytes)]);
    return true;
  });
  return { size, allocated: await allocatedBytes(path), pieces: pieces.sort(([a], [b]) => a - b) };
}

/**
 * Whether the file is what the digest was made of, to the byte. Holes that still are holes are not read.
 * @throws the file system's error when there is none.
 */
export async function isIntact(path: string, digest: Digest): Promise<boolean> {
  if ((await stat(path)).size !== digest.size) return false;
  const known = new Map(digest.pieces.map(([at, , hash]) => [at, hash]));
  // A copy of the file may have lost its holes.
  const hasHoles = (await allocatedBytes(path)) === digest.allocated;
  let intact = true;
  await readAll(path, hasHoles ? digest.pieces : chunksOf(digest.size), async ([at, length], bytes) => {
    const hash = known.get(at);
    const same = hash === undefined ? isZero(bytes) : hash === (await sha256(bytes));
    if (!same || bytes.length !== length) intact = false;
    return intact;
  });
  return intact;
}

/** A file system may decide where to put what was written, and how much it needs to note that, only when it writes it out. */
async function settle(path: string): Promise<void> {
  const file = await open(path);
  await file.sync().finally(() => file.close());
}

type Range = readonly [at: number, length: number, ...unknown[]];

function chunksOf(size: number): Range[] {
  return Array.from({ length: Math.ceil(size / CHUNK_BYTES) }, (_, index) => {
    const at = index * CHUNK_BYTES;
    return [at, Math.min(CHUNK_BYTES, size - at)];
  });
}

/** Hands each range to `use`, in no order, until that says false. What of one lies behind the file's end is missing. */
async function readAll(
  path: string,
  ranges: readonly Range[],
  use: (range: Range, bytes: Buffer) => Promise<boolean>,
): Promise<void> {
  const left = ranges[Symbol.iterator]();
  const work = async (file: FileHandle) => {
    const buffer = Buffer.alloc(CHUNK_BYTES);
    for (const range of left) {
      const [at, length] = range;
      const { bytesRead } = await file.read(buffer, 0, length, at);
      if (!(await use(range, buffer.subarray(0, bytesRead)))) return;
    }
  };
  const file = await open(path);
  try {
    await Promise.all(Array.from({ length: WORKERS }, () => work(file)));
  } finally {
    await file.close();
  }
}

function isZero(bytes: Buffer): boolean {
  return bytes.equals(ZEROS.subarray(0, bytes.length));
}

/** Not on the main thread, as createHash() would: that has a guest to start. */
async function sha256(bytes: Buffer): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex');
}
