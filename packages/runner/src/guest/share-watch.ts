import { CHANNEL_FILE } from '@coordinator/channel';
import type { EarlyEnd } from '@coordinator/life';
import type { GuestShare } from './guest-share.ts';

const LOOK_MS = 500;

/** Sees to it that a guest leaves no more in its share than it may, and leaves its channel where it is. */
export class ShareWatch {
  readonly #share: GuestShare;
  readonly #readsFile: () => boolean;
  readonly #end: (early: EarlyEnd) => void;
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | null = null;

  /**
   * @param readsFile whether what the agent has to say comes by file
   * @param end is told why the guest must end
   */
  constructor(share: GuestShare, readsFile: () => boolean, end: (early: EarlyEnd) => void) {
    this.#share = share;
    this.#readsFile = readsFile;
    this.#end = end;
    this.#timer = setInterval(() => void this.look(), LOOK_MS);
  }

  /** Looks now, once at a time. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const left = await this.#share.overLimit(CHANNEL_FILE).catch(() => null);
    if (left !== null) this.#end({ cause: 'share-full', detail: `the guest left ${left}` });
    // What the agent says into a file that is no longer where it was, nobody may ever read.
    if (!this.#readsFile() || (await this.#share.isInPlace(CHANNEL_FILE))) return;
    this.#end({ cause: 'channel-lost', detail: 'its channel was lost: the file was removed or replaced' });
  }
}
