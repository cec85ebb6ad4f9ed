import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { execa } from 'execa';

/** Opens a file that somebody not trusted has made. @throws Error when it is anything but a regular file. */
export async function openRegular(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const stat = await file.stat();
  if (stat.isFile()) return file;
  await file.close();
  throw new Error('not a regular file');
}

/** rm(1) walks by directory handles, so that neither depth nor links matter; Node's own builds path names. */
export async function removeTree(folder: string): Promise<void> {
  await execa('rm', ['-rf', '--one-file-system', '--', folder], { reject: false, stdio: 'ignore' });
}
