import { FrameEncoder } from '@coordinator/shared/frame';
import type { AgentMessage } from '@coordinator/shared/message';
import { Packr } from 'msgpackr/pack';
import type { AppendFile, Clock } from '../runtime/runtime.ts';
import { reasonOf } from '../system/text.ts';
import { type Channel, ChannelError } from './channel.ts';

export const CHANNEL_FILE = 'channel.bin';

/** A full or failing disk on the host may recover; half a second is all it gets. */
const ATTEMPTS = 10;
const PAUSE_MS = 50;

/** Appends one frame a message to a file that the host reads, with one write each. */
export class SharedFileChannel implements Channel {
  readonly #file: AppendFile;
  readonly #clock: Clock;
  readonly #encoder = new FrameEncoder();
  // Records are msgpackr's own extension of MessagePack; the host takes plain maps.
  readonly #packr = new Packr({ useRecords: false });
  #failed = false;

  /** @param file opened to append */
  constructor(file: AppendFile, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  send(message: AgentMessage): void {
    let rest = this.#encoder.encode(this.#packr.pack(message));
    for (let attempt = 1; ; attempt++) {
      try {
        // The file system may take only a part: the rest of the frame has to follow it.
        while (rest.length > 0) rest = rest.subarray(this.#file.write(rest));
        this.#failed = false;
        return;
      } catch (error) {
        // The first loss took its time; farewells after it are not worth waiting for.
        if (this.#failed || attempt === ATTEMPTS) {
          this.#failed = true;
          throw new ChannelError(`the channel to the host is broken: ${reasonOf(error)}`, { cause: error });
        }
        this.#clock.block(PAUSE_MS);
      }
    }
  }
}
