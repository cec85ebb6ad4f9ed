import { readFile, stat } from 'node:fs/promises';
import { writeFileAtomic } from '@coordinator/base/files';

/** Behind the name of a file that was found intact: a file with what the file system said of it then. */
const NOTE = '.intact';
/** File systems keep time by ticks, and what is written within one cannot be told: a file has to be older than any of them. */
const RACY_MS = 2000;

/**
 * What the file system says of a file, which changes with every write to it: no program sets the time of its change (st_ctime)
 * back, inode(7). Whatever else happens to a disk is noticed after the next boot, when all of it is read again.
 * @throws the file system's error
 */
export async function stateOf(path: string): Promise<string> {
  const [boot, { dev, ino, size, blocks, ctimeNs }] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    stat(path, { bigint: true }),
  ]);
  return [boot.trim(), dev, ino, size, blocks, ctimeNs].join(' ');
}

/** Whether it is the file, untouched, of which {@link noteIntact} was told. */
export async function isUntouched(path: string): Promise<boolean> {
  try {
    return (await readFile(noteOf(path), 'utf8')) === (await stateOf(path));
  } catch {
    return false;
  }
}

/**
 * Remembers that the whole of a file was read and found intact. Never rejects: what is not noted is read again.
 * @param before its state before it was read
 */
export async function noteIntact(path: string, before: string): Promise<void> {
  try {
    const { ctimeMs } = await stat(path);
    if (Date.now() - ctimeMs < RACY_MS || (await stateOf(path)) !== before) return;
    await writeFileAtomic(noteOf(path), before, 0o600);
  } catch {
    // As of a cache that is another user's.
  }
}

const noteOf = (path: string): string => path + NOTE;
