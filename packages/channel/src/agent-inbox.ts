import { type FrameItem, type Placement, SequenceMerger } from '@coordinator/shared/frame';
import { parseMessage } from '@coordinator/shared/message';
import type { InboxListener } from './channel.ts';

/** More than this many problems are counted, not told. */
const MAX_PROBLEMS = 20;

/** Makes messages of one agent's frames, each number once and in order, whichever way they came. */
export class AgentInbox {
  readonly #merger = new SequenceMerger();
  readonly #listener: InboxListener;
  #problems = 0;

  constructor(listener: InboxListener) {
    this.#listener = listener;
  }

  /** Number of the last frame that was taken; what an agent may be told has arrived. */
  get taken(): number {
    return this.#merger.taken;
  }

  /** Whether a frame of this number is the next one, is known, or would leave others out. */
  place(sequence: number): Placement {
    return this.#merger.place(sequence);
  }

  /** Takes a frame that is not known yet; whatever is missing before it counts as lost. */
  take(sequence: number, payload: Uint8Array): void {
    const placement = this.#merger.place(sequence);
    if (placement.kind === 'ahead') this.problem(describeGap(placement));
    this.#merger.take(sequence);
    const parsed = parseMessage(payload);
    if (parsed.ok) this.#listener.onMessage(parsed.message);
    else this.problem(`frame ${sequence}: ${parsed.problem}`);
  }

  problem(text: string): void {
    this.#problems += 1;
    if (this.#problems <= MAX_PROBLEMS) this.#listener.onProblem(text);
  }

  /** Nothing more comes. */
  end(): void {
    const untold = this.#problems - MAX_PROBLEMS;
    if (untold > 0) this.#listener.onProblem(`${untold} more problems in the channel`);
  }
}

/** One sentence on what a stream holds besides frames. */
export function describeItem(item: Exclude<FrameItem, { kind: 'frame' }>): string {
  switch (item.kind) {
    case 'skipped':
      return `${item.bytes} bytes from byte ${item.offset} are no frame (${item.reason})`;
    case 'gap':
      return describeGap(item);
    case 'unnumbered':
      return `the unnumbered frame at byte ${item.offset} is no acknowledgement`;
    case 'repeated':
      return `frame ${item.sequence} came again or late at byte ${item.offset}`;
  }
}

function describeGap({ from, to }: { readonly from: number; readonly to: number }): string {
  return from === to ? `frame ${from} is missing` : `frames ${from} to ${to} are missing`;
}
