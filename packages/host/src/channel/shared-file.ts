import { type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Channel, ChannelListener } from './channel.ts';
import { MessageReader } from './message-reader.ts';

/** The file in a guest's result folder that its agent appends frames to. */
export const CHANNEL_FILE = 'channel.bin';

/** inotify tells of writes at once; polling is for file systems where it does not (and events that got lost). */
const POLL_MS = 250;
const READ_BYTES = 64 * 1024;
/** More than any run says; a guest that goes on is not listened to. */
const MAX_CHANNEL_BYTES = 512 * 2 ** 20;

/**
 * Follows the shared file. The host makes the file and keeps it open from before the guest starts: should the guest
 * put a link or a FIFO in its place, nobody opens that.
 */
export class SharedFileChannel implements Channel {
  readonly #file: FileHandle;
  readonly #reader: MessageReader;
  readonly #listener: ChannelListener;
  readonly #buffer = Buffer.alloc(READ_BYTES);
  readonly #watcher: FSWatcher | null;
  readonly #timer: NodeJS.Timeout;
  #position = 0;
  #reading: Promise<void> | null = null;
  #again = false;
  #ended = false;

  private constructor(file: FileHandle, path: string, listener: ChannelListener) {
    this.#file = file;
    this.#listener = listener;
    this.#reader = new MessageReader(listener);
    this.#watcher = watchQuietly(path, () => this.#wake());
    this.#timer = setInterval(() => this.#wake(), POLL_MS);
  }

  /** Makes the file in `folder`, which must be new and ours. */
  static async create(folder: string, listener: ChannelListener): Promise<SharedFileChannel> {
    const path = join(folder, CHANNEL_FILE);
    // Group and others may write: the guest's agent may not be root, and the folder above is ours alone.
    const file = await open(path, 'wx+', 0o666);
    await file.chmod(0o666);
    return new SharedFileChannel(file, path, listener);
  }

  async finish(): Promise<void> {
    if (this.#ended) return;
    clearInterval(this.#timer);
    this.#watcher?.close();
    await this.#reading;
    this.#ended = true;
    await this.#readOn();
    this.#reader.end();
    await this.#file.close();
  }

  #wake(): void {
    if (this.#ended) return;
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = this.#readOn().finally(() => {
      this.#reading = null;
      if (!this.#again) return;
      this.#again = false;
      this.#wake();
    });
  }

  async #readOn(): Promise<void> {
    try {
      while (this.#position < MAX_CHANNEL_BYTES) {
        const { bytesRead } = await this.#file.read(this.#buffer, 0, READ_BYTES, this.#position);
        if (bytesRead === 0) break;
        this.#position += bytesRead;
        this.#reader.push(this.#buffer.subarray(0, bytesRead));
      }
    } catch (error) {
      this.#listener.onProblem(`the channel cannot be read: ${(error as Error).message}`);
    }
  }
}

function watchQuietly(path: string, onChange: () => void): FSWatcher | null {
  try {
    const watcher = watch(path, { persistent: false }, onChange);
    // Out of inotify watches, or not supported there: polling does.
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
