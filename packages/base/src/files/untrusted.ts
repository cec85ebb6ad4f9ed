import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/**
 * Opens a file that somebody not trusted has made, for reading.
 * @throws Error when it is anything but a regular file; the file system's error when it cannot be opened, ELOOP for a
 * symbolic link.
 */
export async function openRegular(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const stat = await file.stat();
  if (stat.isFile()) return file;
  await file.close();
  throw new Error('not a regular file');
}

/**
 * Removes what may be deeper than a path is long. rm(1) walks by directory handles, so that neither depth nor links
 * matter; Node's own builds path names. What cannot be removed stays.
 */
export async function removeTree(folder: string): Promise<void> {
  const program = spawn('rm', ['-rf', '--one-file-system', '--', folder], { stdio: 'ignore' });
  await once(program, 'close').catch(() => {});
}
