import { BoundedLines, MAX_LINE_BYTES } from '@coordinator/base/files';
import type { RunEvent } from '@coordinator/shared/event';
import { openInside } from './open-inside.ts';
import { parseEvent } from './parse-event.ts';
import { EVENTS_FILE } from './run-store.ts';

const PIECE_BYTES = 256 * 1024;

export interface FollowListener {
  onEvent(event: RunEvent): void;
  /** The log was written anew, as those of long stress runs are: all that it holds now follows. */
  onRestart(): void;
}

/** Reads the events of a run as its coordinator, another process, writes them. Lines that are no events are left out. */
export class EventFollower {
  readonly #folder: string;
  #inode: number | null = null;
  #offset = 0;
  readonly #events: RunEvent[] = [];
  readonly #lines = new BoundedLines(MAX_LINE_BYTES, (text) => {
    const event = parseEvent(text ?? '');
    if (typeof event !== 'string') this.#events.push(event);
  });

  /** @param folder the run's */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Hands on what was added since the last time.
   * @throws StoreError when there is no log, or none that can be read.
   */
  async read(listener: FollowListener): Promise<void> {
    const file = await openInside(this.#folder, EVENTS_FILE);
    try {
      const { ino, size } = await file.stat();
      if (this.#inode !== null && (ino !== this.#inode || size < this.#offset)) {
        this.#offset = 0;
        this.#lines.clear();
        listener.onRestart();
      }
      this.#inode = ino;
      const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, Math.max(1, size - this.#offset)));
      while (this.#offset < size) {
        const { bytesRead } = await file.read(piece, 0, piece.length, this.#offset);
        if (bytesRead === 0) break;
        this.#offset += bytesRead;
        this.#lines.push(piece.subarray(0, bytesRead));
        for (const event of this.#events.splice(0)) listener.onEvent(event);
      }
    } finally {
      await file.close();
    }
  }
}
