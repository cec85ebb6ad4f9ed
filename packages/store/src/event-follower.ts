import type { RunEvent } from '@coordinator/shared/event';
import { openInside } from './open-inside.ts';
import { parseEvent } from './parse-event.ts';
import { EVENTS_FILE } from './run-store.ts';

const PIECE_BYTES = 256 * 1024;
/** As readLines(): no event is longer. */
const MAX_LINE_BYTES = 1024 * 1024;

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
  #line: Buffer[] = [];
  #lineBytes = 0;

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
        this.#endLine();
        listener.onRestart();
      }
      this.#inode = ino;
      const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, Math.max(1, size - this.#offset)));
      while (this.#offset < size) {
        const { bytesRead } = await file.read(piece, 0, piece.length, this.#offset);
        if (bytesRead === 0) break;
        this.#offset += bytesRead;
        this.#take(piece.subarray(0, bytesRead), listener);
      }
    } finally {
      await file.close();
    }
  }

  #take(piece: Buffer, listener: FollowListener): void {
    let start = 0;
    for (let end = piece.indexOf(0x0a); end !== -1; end = piece.indexOf(0x0a, start)) {
      this.#keep(piece.subarray(start, end));
      const text = this.#lineBytes > MAX_LINE_BYTES ? '' : Buffer.concat(this.#line).toString('utf8');
      this.#endLine();
      const event = parseEvent(text);
      if (typeof event !== 'string') listener.onEvent(event);
      start = end + 1;
    }
    this.#keep(piece.subarray(start));
  }

  /** Copies: the piece is read into again. */
  #keep(part: Buffer): void {
    this.#lineBytes += part.length;
    if (this.#lineBytes > MAX_LINE_BYTES) this.#line = [];
    else if (part.length > 0) this.#line.push(Buffer.from(part));
  }

  #endLine(): void {
    this.#line = [];
    this.#lineBytes = 0;
  }
}
