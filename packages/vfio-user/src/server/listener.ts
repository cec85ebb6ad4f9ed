import { lstatSync, type Stats, unlinkSync } from 'node:fs';
import { acceptUnix, closeFd, connectUnix, Errors, listenUnix, SystemCallError } from '../syscalls/index.ts';

/** A listening UNIX socket that removes its path when it closes, if the path is still its own. */
export class Listener {
  readonly path: string;
  readonly fd: number;
  readonly #inode: number;

  /**
   * Listens at `path`, in place of a socket left behind by a server that is gone.
   * @throws Error if the path is too long, taken by something else, or another server answers there
   */
  constructor(path: string) {
    this.path = path;
    removeStale(path);
    this.fd = listenUnix(path);
    this.#inode = lstatSync(path).ino;
  }

  accept(): number | null {
    return acceptUnix(this.fd);
  }

  close(): void {
    closeFd(this.fd);
    if (statOrNull(this.path)?.ino === this.#inode) unlinkSync(this.path);
  }
}

function removeStale(path: string): void {
  const stats = statOrNull(path);
  if (stats === null) return;
  if (!stats.isSocket()) throw new Error(`${path} exists and is no socket`);
  try {
    closeFd(connectUnix(path));
  } catch (error) {
    if (!(error instanceof SystemCallError) || error.errno !== Errors.ECONNREFUSED) throw error;
    unlinkSync(path);
    return;
  }
  throw new Error(`${path} is in use by another server`);
}

function statOrNull(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}
