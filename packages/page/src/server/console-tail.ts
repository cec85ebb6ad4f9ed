import { StringDecoder } from 'node:string_decoder';
import { slotOf } from '@coordinator/shared/report';
import { openInside, STAYING_FOLDER } from '@coordinator/store';
import { ConsoleText } from './console-text.ts';

const CONSOLE_FILE = 'console.log';
const LOOK_MS = 250;
/** What is at hand for those who come. */
const KEPT_CHARACTERS = 256 * 1024;
/** Of a file that grew by more only the end is read. */
const MAX_STEP_BYTES = 256 * 1024;

/** The end of a guest's console, as its file grows, for all who look at it. */
export class ConsoleTail {
  readonly #folder: string;
  readonly #guest: string;
  readonly #onText: () => void;
  #text = '';
  /** Characters that were there before those at hand. */
  #dropped = 0;
  #inode: number | null = null;
  #offset = 0;
  #decoder = new StringDecoder('utf8');
  #filter = new ConsoleText();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  /**
   * @param folder the run's
   * @param guest its name; `guest-1/7` is a round in one
   */
  constructor(folder: string, guest: string, onText: () => void) {
    this.#folder = folder;
    this.#guest = guest;
    this.#onText = onText;
    void this.#look();
  }

  /** Where a reader begins who has seen nothing. */
  get start(): number {
    return this.#dropped;
  }

  /** Text from a place on; `skipped` when what stood there is no longer at hand. */
  read(from: number, max: number): { readonly text: string; readonly to: number; readonly skipped: boolean } {
    const skipped = from < this.#dropped;
    const at = skipped ? 0 : from - this.#dropped;
    const text = this.#text.slice(at, at + max);
    return { text, to: this.#dropped + at + text.length, skipped };
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    // Nothing there yet, or no longer: it may come.
    await this.#readMore().catch(() => {});
    if (!this.#closed) this.#timer = setTimeout(() => void this.#look(), LOOK_MS).unref();
  }

  async #readMore(): Promise<void> {
    const file = await this.#open();
    try {
      const { ino, size } = await file.stat();
      if (ino !== this.#inode || size < this.#offset) this.#begin(ino);
      if (size === this.#offset) return;
      if (size - this.#offset > MAX_STEP_BYTES) {
        this.#offset = size - MAX_STEP_BYTES;
        this.#drop();
      }
      const bytes = Buffer.allocUnsafe(size - this.#offset);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, this.#offset);
      this.#offset += bytesRead;
      this.#text += this.#filter.push(this.#decoder.write(bytes.subarray(0, bytesRead)));
      const over = this.#text.length - KEPT_CHARACTERS;
      if (over > 0) {
        this.#text = this.#text.slice(over);
        this.#dropped += over;
      }
      this.#onText();
    } finally {
      await file.close();
    }
  }

  /** A guest that stays for many rounds has one console for them, beside. */
  #open() {
    const own = this.#guest.split('/');
    return openInside(this.#folder, ...own, CONSOLE_FILE).catch(() =>
      openInside(this.#folder, slotOf(this.#guest), STAYING_FOLDER, CONSOLE_FILE),
    );
  }

  /** Another try of the guest has another console. */
  #begin(inode: number): void {
    if (this.#inode !== null) this.#drop();
    this.#inode = inode;
    this.#offset = 0;
    this.#decoder = new StringDecoder('utf8');
    this.#filter = new ConsoleText();
  }

  #drop(): void {
    // By one more than there is, so that every reader hears of it.
    this.#dropped += this.#text.length + 1;
    this.#text = '';
  }
}
