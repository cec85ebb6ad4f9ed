import { encodeAck } from '@coordinator/shared/frame';
import type { AgentMessage } from '@coordinator/shared/message';
import type { AppendFile, Clock } from '../runtime/runtime.ts';
import { reasonOf } from '../system/text.ts';
import { type Channel, ChannelError } from './channel.ts';
import type { CommandReply } from './command-inbox.ts';
import { MessageEncoder } from './message-encoder.ts';

export const CHANNEL_FILE = 'channel.bin';

/** A full or failing disk on the host may recover; half a second is all it gets. */
const ATTEMPTS = 10;
const PAUSE_MS = 50;

/** Appends one frame a message to a file that the host reads, with one write each. What is written has arrived. */
export class SharedFileChannel implements Channel, CommandReply {
  readonly #file: Pick<AppendFile, 'write'>;
  readonly #clock: Clock;
  readonly #encoder = new MessageEncoder();
  #failed = false;

  /** @param file opened to append */
  constructor(file: Pick<AppendFile, 'write'>, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  send(message: AgentMessage): void {
    this.append(this.#encoder.encode(message).frame);
  }

  acknowledge(sequence: number): void {
    this.append(encodeAck(sequence));
  }

  /** Writes a whole frame. @throws ChannelError */
  append(frame: Uint8Array): void {
    let rest = frame;
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

  async room(): Promise<void> {}

  async flush(): Promise<void> {}
}
