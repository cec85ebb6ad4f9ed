import { type FileHandle, readlink, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { hasCode, messageOf } from '@coordinator/base/errors';
import { openRegular } from '@coordinator/base/files';
import { StoreError } from './store-error.ts';

const segmentPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Whether it is a guest or file name as a run folder has them: no separator, and no leading dot. */
export function isPlainName(name: string): boolean {
  return segmentPattern.test(name);
}

/**
 * Opens a regular file of a run folder for reading. Guests own some of what is in there, so no symbolic link leads
 * out of it, no FIFO blocks, and `segments` (guest and file name) hold no separators.
 * @throws StoreError 'not-found' or 'damaged'.
 */
export async function openInside(folder: string, ...segments: string[]): Promise<FileHandle> {
  const path = join(folder, ...segments);
  if (segments.length === 0 || !segments.every(isPlainName))
    throw new StoreError('not-found', path, `${path} is not the name of a file of a run`);
  const file = await openRegularFile(path);
  try {
    // Folders on the way could be links too. What was opened is asked, not its name: names can change meanwhile.
    const real = await readlink(`/proc/self/fd/${file.fd}`);
    if (!real.startsWith((await realpath(folder)) + sep))
      throw new StoreError('damaged', path, `${path} leads out of the run's folder`);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Opens a regular file: not a link, and not a FIFO or device. @throws StoreError 'not-found' or 'damaged'. */
export async function openRegularFile(path: string): Promise<FileHandle> {
  try {
    return await openRegular(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR'))
      throw new StoreError('not-found', path, `${path} is not there`, { cause: error });
    const why = hasCode(error, 'ELOOP') ? 'it is a symbolic link' : messageOf(error);
    throw new StoreError('damaged', path, `cannot read ${path}: ${why}`, { cause: error });
  }
}
