import { lstat } from 'node:fs/promises';

/** struct stat counts in these, whatever the file system's own blocks are: inode(7). */
const BLOCK_BYTES = 512;

/** Bytes that a file takes on its disk, holes not counted; 0 when there is none. Follows no link. */
export async function allocatedBytes(path: string): Promise<number> {
  const stat = await lstat(path).catch(() => null);
  return (stat?.blocks ?? 0) * BLOCK_BYTES;
}
