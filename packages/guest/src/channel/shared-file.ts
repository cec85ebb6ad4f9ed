import { concatenate, encodeAck } from '@coordinator/shared/frame';
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

const none = new Uint8Array();

/** A test's results: what follows at once says what is begun next. */
const mayWait = ({ type }: AgentMessage): boolean => type === 'test-end' || type === 'interrupts';

/**
 * Appends one frame a message to a file that the host reads. What is written has arrived. A test's results go with one write
 * with what is said next, at the latest when the agent waits for anything: a write to the share takes an emulated guest as
 * long as a good part of a short test.
 */
export class SharedFileChannel implements Channel, CommandReply {
  readonly #file: Pick<AppendFile, 'write'>;
  readonly #clock: Clock;
  readonly #onBroken: (error: Error) => void;
  readonly #encoder = new MessageEncoder();
  /** Frames that are not written yet. */
  #waiting: Uint8Array = none;
  #failed = false;

  /**
   * @param file opened to append
   * @param onBroken what had waited cannot be written
   */
  constructor(file: Pick<AppendFile, 'write'>, clock: Clock, onBroken: (error: Error) => void) {
    this.#file = file;
    this.#clock = clock;
    this.#onBroken = onBroken;
  }

  send(message: AgentMessage): void {
    const { frame } = this.#encoder.encode(message);
    if (!mayWait(message)) {
      this.append(frame);
      return;
    }
    this.#waiting = concatenate(this.#waiting, frame);
    this.#clock.after(0, () => void this.flush().catch(this.#onBroken));
  }

  acknowledge(sequence: number): void {
    this.append(encodeAck(sequence));
  }

  /** Writes what has waited, and a whole frame. @throws ChannelError */
  append(frame: Uint8Array): void {
    const bytes = concatenate(this.#waiting, frame);
    this.#waiting = none;
    this.#write(bytes);
  }

  #write(bytes: Uint8Array): void {
    let rest = bytes;
    for (let attempt = 1; ; attempt++) {
      try {
        // The file system may take only a part: the rest has to follow it.
        while (rest.length > 0) {
          rest = rest.subarray(this.#file.write(rest));
          this.#failed = false;
        }
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

  async flush(): Promise<void> {
    this.append(none);
  }
}
