import { FrameDecoder, type FrameItem } from '@coordinator/shared/frame';
import { parseMessage } from '@coordinator/shared/message';
import type { ChannelListener } from './channel.ts';

/** More than this many problems are counted, not told. */
const MAX_PROBLEMS = 20;

/** Turns the bytes of one agent's stream into messages, and tells what is wrong with them. */
export class MessageReader {
  readonly #decoder = new FrameDecoder();
  readonly #listener: ChannelListener;
  #problems = 0;

  constructor(listener: ChannelListener) {
    this.#listener = listener;
  }

  push(bytes: Uint8Array): void {
    this.#deliver(this.#decoder.push(bytes));
  }

  end(): void {
    this.#deliver(this.#decoder.end());
    const untold = this.#problems - MAX_PROBLEMS;
    if (untold > 0) this.#listener.onProblem(`${untold} more problems in the channel`);
  }

  #deliver(items: readonly FrameItem[]): void {
    for (const item of items) {
      if (item.kind !== 'frame') {
        this.#problem(describeItem(item));
        continue;
      }
      const parsed = parseMessage(item.payload);
      if (parsed.ok) this.#listener.onMessage(parsed.message);
      else this.#problem(`frame ${item.sequence}: ${parsed.problem}`);
    }
  }

  #problem(text: string): void {
    this.#problems += 1;
    if (this.#problems <= MAX_PROBLEMS) this.#listener.onProblem(text);
  }
}

function describeItem(item: Exclude<FrameItem, { kind: 'frame' }>): string {
  switch (item.kind) {
    case 'skipped':
      return `${item.bytes} bytes from byte ${item.offset} are no frame (${item.reason})`;
    case 'gap':
      return item.from === item.to
        ? `frame ${item.from} is missing`
        : `frames ${item.from} to ${item.to} are missing`;
    case 'unnumbered':
      return `an unnumbered frame came at byte ${item.offset}`;
    case 'repeated':
      return `frame ${item.sequence} came again or late at byte ${item.offset}`;
  }
}
