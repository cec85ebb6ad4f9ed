import { FrameDecoder, type FrameItem, parseAck } from '@coordinator/shared/frame';
import { type AgentInbox, describeItem } from './agent-inbox.ts';

/**
 * Reads a stream that is the last word: what is damaged or missing in it will not come again, is told as a problem,
 * and what follows is still taken.
 */
export class MessageReader {
  readonly #decoder = new FrameDecoder();
  readonly #inbox: AgentInbox;
  readonly #onAcknowledged: (sequence: number) => void;

  /** @param onAcknowledged the agent has taken all commands up to this number */
  constructor(inbox: AgentInbox, onAcknowledged: (sequence: number) => void = () => {}) {
    this.#inbox = inbox;
    this.#onAcknowledged = onAcknowledged;
  }

  push(bytes: Uint8Array): void {
    this.#deliver(this.#decoder.push(bytes));
  }

  end(): void {
    this.#deliver(this.#decoder.end());
  }

  #deliver(items: readonly FrameItem[]): void {
    for (const item of items) {
      if (item.kind === 'frame') {
        // Known are those that came another way before.
        if (this.#inbox.place(item.sequence).kind !== 'known') this.#inbox.take(item.sequence, item.payload);
        continue;
      }
      // The inbox knows better what is missing: it also counts what came another way.
      if (item.kind === 'gap') continue;
      const acknowledged = item.kind === 'unnumbered' ? parseAck(item.payload) : null;
      if (acknowledged !== null) this.#onAcknowledged(acknowledged);
      else this.#inbox.problem(describeItem(item));
    }
  }
}
