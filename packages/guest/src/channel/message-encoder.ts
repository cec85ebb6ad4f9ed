import { FrameEncoder } from '@coordinator/shared/frame';
import type { AgentMessage } from '@coordinator/shared/message';
import { Packr } from 'msgpackr/pack';

export interface EncodedMessage {
  readonly sequence: number;
  readonly frame: Uint8Array;
}

/** Makes the agent's messages into numbered frames: one sequence, whichever way each of them takes. */
export class MessageEncoder {
  readonly #frames = new FrameEncoder();
  // Records are msgpackr's own extension of MessagePack; the host takes plain maps.
  readonly #packr = new Packr({ useRecords: false });

  encode(message: AgentMessage): EncodedMessage {
    const frame = this.#frames.encode(this.#packr.pack(message));
    return { sequence: this.#frames.last, frame };
  }
}
