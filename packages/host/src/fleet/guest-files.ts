import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '@coordinator/base/errors';
import { type FilePart, WireError } from '@coordinator/fleet';
import { MAX_ARTIFACT_BYTES, MAX_ARTIFACTS } from '@coordinator/life';
import type { FleetGuest } from './fleet-guest.ts';

interface OpenFile {
  readonly path: string;
  readonly handle: FileHandle;
  room: number;
}

/** Writes what guests left on their hosts into the run's folder here, one file after the other. */
export class GuestFiles {
  readonly #counts = new Map<FleetGuest, number>();
  #open: OpenFile | null = null;

  /** @throws WireError for a file that no worker of ours sends */
  async take({ name, data, more }: FilePart, guest: FleetGuest | undefined): Promise<void> {
    if (!guest) throw new WireError('malformed', 'a file of a guest that it was not given');
    // Of a try that is over nothing is taken any more: its folder may be the next one's.
    if (guest.isOver) return this.close();
    const path = join(guest.request.folder, name);
    if (this.#open?.path !== path) {
      await this.close();
      this.#open = await this.#begin(path, guest);
    }
    const file = this.#open;
    const bytes = Buffer.from(data, 'base64');
    if (bytes.length > file.room) throw new WireError('malformed', `a file ${name} that is too large`);
    file.room -= bytes.length;
    await file.handle.write(bytes);
    if (!more) await this.close();
  }

  async close(): Promise<void> {
    await this.#open?.handle.close();
    this.#open = null;
  }

  async #begin(path: string, guest: FleetGuest): Promise<OpenFile> {
    const count = (this.#counts.get(guest) ?? 0) + 1;
    if (count > MAX_ARTIFACTS) throw new WireError('malformed', 'more files than a guest can have');
    this.#counts.set(guest, count);
    await mkdir(guest.request.folder, { recursive: true, mode: 0o700 });
    try {
      return { path, handle: await open(path, 'wx', 0o600), room: MAX_ARTIFACT_BYTES };
    } catch (error) {
      if (hasCode(error, 'EEXIST')) throw new WireError('malformed', 'a file that it sent before');
      throw error;
    }
  }
}
