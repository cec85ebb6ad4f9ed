import { lstat, readdir, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export const MIB = 1024 * 1024;

/** Bytes a user without special rights may still write below `path`, there already or not; null where nobody can tell. */
export async function freeBytes(path: string): Promise<number | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(path);
    // Some network file systems do not count.
    return blocks === 0 ? null : bavail * bsize;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return isMissing && dirname(path) !== path ? freeBytes(dirname(path)) : null;
  }
}

/** Bytes of the files below a folder, as far as it is there. */
export async function bytesBelow(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const sizes = files.map(({ parentPath, path, name }) =>
    lstat(join(parentPath ?? path, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
