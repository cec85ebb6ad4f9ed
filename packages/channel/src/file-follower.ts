import { type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { MAX_CHANNEL_BYTES } from './channel.ts';

/** inotify tells of writes at once; polling is for file systems where it does not (and events that got lost). */
const POLL_MS = 250;
const READ_BYTES = 64 * 1024;

export interface FollowerListener {
  /** `bytes` are only good until the call returns. */
  onBytes(bytes: Uint8Array): void;
  onProblem(problem: string): void;
}

/**
 * Follows a file that a guest appends to. The host makes the file and keeps it open from before the guest starts:
 * should the guest put a link or a FIFO in its place, nobody opens that.
 */
export class FileFollower {
  readonly #file: FileHandle;
  readonly #listener: FollowerListener;
  readonly #buffer = Buffer.alloc(READ_BYTES);
  readonly #watcher: FSWatcher | null;
  readonly #timer: NodeJS.Timeout;
  #position = 0;
  #reading: Promise<void> | null = null;
  #again = false;
  #ended = false;

  private constructor(file: FileHandle, path: string, listener: FollowerListener) {
    this.#file = file;
    this.#listener = listener;
    this.#watcher = watchQuietly(path, () => this.#wake());
    this.#timer = setInterval(() => this.#wake(), POLL_MS);
  }

  /** Makes the file, in a folder that is new and ours. */
  static async create(path: string, listener: FollowerListener): Promise<FileFollower> {
    // Group and others may write: the guest's agent may not be root, and the folder above is ours alone.
    const file = await open(path, 'wx+', 0o666);
    await file.chmod(0o666);
    return new FileFollower(file, path, listener);
  }

  /** Reads what is there now. */
  async catchUp(): Promise<void> {
    this.#wake();
    await this.#reading;
  }

  /** Reads to the end of the file, and closes it. */
  async finish(): Promise<void> {
    if (this.#ended) return;
    clearInterval(this.#timer);
    this.#watcher?.close();
    // First: a reading that ends must not start the next one beside the last.
    this.#ended = true;
    await this.#reading;
    await this.#readOn();
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
        this.#listener.onBytes(this.#buffer.subarray(0, bytesRead));
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
