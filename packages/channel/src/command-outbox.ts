import { FrameEncoder } from '@coordinator/shared/frame';
import type { HostCommand } from '@coordinator/shared/message';
import { Packr } from 'msgpackr/pack';
import { ChannelError } from './channel.ts';

/** An agent takes commands at once; one that has left so many is stuck. */
const MAX_WAITING = 64;

interface WaitingCommand {
  readonly sequence: number;
  readonly frame: Uint8Array;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Commands until the agent has acknowledged them. */
export class CommandOutbox {
  readonly #encoder = new FrameEncoder();
  readonly #packr = new Packr({ useRecords: false });
  #waiting: WaitingCommand[] = [];
  #closed = false;

  /** The frames that are not acknowledged, oldest first. */
  get frames(): readonly Uint8Array[] {
    return this.#waiting.map(({ frame }) => frame);
  }

  /** @throws ChannelError when too many wait already. */
  add(command: HostCommand): { readonly frame: Uint8Array; readonly taken: Promise<void> } {
    if (this.#closed) throw new ChannelError('the guest has ended');
    if (this.#waiting.length >= MAX_WAITING) {
      throw new ChannelError(`the agent has left ${MAX_WAITING} commands unread`);
    }
    const frame = this.#encoder.encode(this.#packr.pack(command));
    const sequence = this.#encoder.last;
    const taken = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ sequence, frame, resolve, reject });
    });
    return { frame, taken };
  }

  acknowledge(sequence: number): void {
    const left = this.#waiting.filter((command) => command.sequence > sequence);
    for (const command of this.#waiting) if (command.sequence <= sequence) command.resolve();
    this.#waiting = left;
  }

  /** The guest is gone: whatever waits will not be taken. */
  close(): void {
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0)) {
      reject(new ChannelError('the guest ended before its agent took the command'));
    }
  }
}
