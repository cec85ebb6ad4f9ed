import type { Dir } from 'node:fs';
import { lstat, mkdir, open, opendir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '@coordinator/base/errors';
import { allocatedBytes, openRegular, removeTree } from '@coordinator/base/files';
import { MAX_CHANNEL_BYTES } from '@coordinator/channel';
import { MAX_SHARE_BYTES, MAX_SHARE_DEPTH, MAX_SHARE_FILES } from '@coordinator/life';
import type { Job } from '@coordinator/shared/plan/job';

export const JOB_FILE = 'job.json';

/**
 * The folder that one guest may write to. It lies inside a folder only the user may enter, so that nothing a guest
 * leaves there (it is root, and may set any mode) can be reached by others; and nothing in it is opened by a name
 * without looking at what it is.
 */
export class GuestShare {
  readonly folder: string;
  readonly #inodes = new Map<string, bigint>();

  private constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Makes the folder inside the guest's own, with the agent's job in it.
   * @param made an empty folder to take for it
   */
  static async create(guestFolder: string, job: Job, made?: string): Promise<GuestShare> {
    const folder = join(guestFolder, 'share');
    if (made === undefined) await mkdir(folder, { mode: 0o777 });
    else await rename(made, folder);
    await writeFile(join(folder, JOB_FILE), JSON.stringify(job), { flag: 'wx', mode: 0o644 });
    return new GuestShare(folder);
  }

  /**
   * What is wrong with how much the guest has left there, or null. Looks at no more than the bounds.
   * @param channel the file that has a bound of its own
   */
  async overLimit(channel: string): Promise<string | null> {
    const channelPath = join(this.folder, channel);
    const said = await lstat(channelPath).catch(() => null);
    if ((said?.size ?? 0) > MAX_CHANNEL_BYTES) return `more than ${inMiB(MAX_CHANNEL_BYTES)} in its channel`;
    let files = 0;
    let bytes = 0;
    const folders = [{ path: this.folder, depth: 0 }];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      const { path, depth } = folder;
      if (depth > MAX_SHARE_DEPTH) return `folders more than ${MAX_SHARE_DEPTH} deep in its share`;
      const entries = await openFolder(path);
      if (entries === 'unreadable') return 'a folder in its share that cannot be looked into';
      for await (const entry of entries ?? []) {
        files += 1;
        if (files > MAX_SHARE_FILES) return `more than ${MAX_SHARE_FILES} files in its share`;
        const inside = join(path, entry.name);
        if (entry.isDirectory()) folders.push({ path: inside, depth: depth + 1 });
        else if (entry.isFile() && inside !== channelPath) bytes += await allocatedBytes(inside);
        if (bytes > MAX_SHARE_BYTES) return `more than ${inMiB(MAX_SHARE_BYTES)} in its share`;
      }
    }
    return null;
  }

  /** Notes which file of this name is ours, for {@link isInPlace}. */
  async remember(name: string): Promise<void> {
    this.#inodes.set(name, (await lstat(join(this.folder, name), { bigint: true })).ino);
  }

  /** Whether the file that was remembered is still the one of its name. */
  async isInPlace(name: string): Promise<boolean> {
    const stat = await lstat(join(this.folder, name), { bigint: true }).catch(() => null);
    return stat !== null && stat.ino === this.#inodes.get(name);
  }

  /**
   * Copies a file the guest left, at most `limit` bytes of it, to `target`.
   * @throws Error when it is not a regular file: a link or FIFO is not followed or waited for.
   */
  async collect(name: string, target: string, limit: number): Promise<void> {
    const source = await openRegular(join(this.folder, name));
    try {
      const copy = await open(target, 'wx', 0o600);
      try {
        const buffer = Buffer.alloc(64 * 1024);
        for (let at = 0; at < limit; ) {
          const { bytesRead } = await source.read(buffer, 0, Math.min(buffer.length, limit - at), at);
          if (bytesRead === 0) break;
          await copy.write(buffer, 0, bytesRead);
          at += bytesRead;
        }
      } finally {
        await copy.close();
      }
    } finally {
      await source.close();
    }
  }

  /** Removes it, however deep or oddly named what the guest made in it is. */
  async remove(): Promise<void> {
    await removeTree(this.folder);
  }
}

const inMiB = (bytes: number): string => `${bytes / 2 ** 20} MiB`;

/** Null when it has gone meanwhile. A guest may set any mode, and be the owner of what it made. */
async function openFolder(path: string): Promise<Dir | 'unreadable' | null> {
  try {
    return await opendir(path);
  } catch (error) {
    return hasCode(error, 'ENOENT', 'ENOTDIR') ? null : 'unreadable';
  }
}
