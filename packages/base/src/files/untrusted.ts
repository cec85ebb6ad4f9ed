import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, lstatSync, opendirSync, rmdirSync, unlinkSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

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
 * Removes a folder and all that somebody not trusted has put there. rm(1) walks by directory handles, so that neither
 * depth nor links matter; Node's own builds path names. What its owner may not look into (mode 0300) it may once
 * chmod(1), which follows no links on its way either, has said so.
 */
export async function removeTree(folder: string): Promise<void> {
  if (removeFew(folder)) return;
  const { code } = await quietly('rm', '-rf', '--one-file-system', '--', folder);
  if (code === 0) return;
  await quietly('chmod', '-R', 'u+rwX', '--', folder);
  await quietly('rm', '-rf', '--one-file-system', '--', folder);
}

/** More are left to a program. */
const FEW = 32;

/** Removes a folder with few files and nothing else, as most guests leave, at once. @returns whether it is gone */
function removeFew(folder: string): boolean {
  try {
    // The folder itself may not be a link, nor may what is in it: names of paths are followed here.
    if (!lstatSync(folder).isDirectory()) return false;
    const entries = opendirSync(folder);
    const files: string[] = [];
    try {
      for (let entry = entries.readSync(); entry; entry = entries.readSync()) {
        if (!entry.isFile() || files.length === FEW) return false;
        files.push(entry.name);
      }
    } finally {
      entries.closeSync();
    }
    for (const name of files) unlinkSync(join(folder, name));
    rmdirSync(folder);
    return true;
  } catch {
    // As where a name is none that text can say.
    return false;
  }
}

async function quietly(
  program: string,
  ...args: readonly string[]
): Promise<{ readonly code: number | null }> {
  const child = spawn(program, args, { stdio: 'ignore' });
  const [code] = await once(child, 'close').catch(() => [null]);
  return { code };
}
