import type { Duplex } from 'node:stream';
import { encodeAck, FrameDecoder, parseAck } from '@coordinator/shared/frame';
import { type AgentInbox, describeItem } from './agent-inbox.ts';
import { MAX_CHANNEL_BYTES } from './channel.ts';

/** An agent that does not read is sent nothing more until it does. */
const MAX_UNSENT_BYTES = 64 * 1024;

export interface ConnectionListener {
  /** Bytes as they arrived; they may be changed. */
  onBytes(bytes: Uint8Array): void;
  /** The agent has taken all commands up to this number. */
  onAcknowledged(sequence: number): void;
  /** It is over; `damage` says what arrived wrong, if that is why. Called once. */
  onClosed(damage: string | null): void;
}

/**
 * An agent's connection. Frames are taken in order and acknowledged; anything else that arrives ends the connection,
 * whereupon the agent sends all that was not acknowledged another way: so nothing damaged is lost either.
 */
export class VsockConnection {
  readonly #stream: Duplex;
  readonly #inbox: AgentInbox;
  readonly #listener: ConnectionListener;
  readonly #decoder = new FrameDecoder();
  readonly ended: Promise<void>;
  #bytes = 0;
  #told = -1;
  #closed = false;

  constructor(stream: Duplex, inbox: AgentInbox, listener: ConnectionListener) {
    this.#stream = stream;
    this.#inbox = inbox;
    this.#listener = listener;
    this.ended = new Promise((resolve) => stream.once('close', resolve));
    stream.on('data', (chunk: Buffer) => this.#receive(chunk));
    stream.on('drain', () => this.#acknowledge());
    stream.on('error', () => {}); // What follows is 'close'.
    stream.once('end', () => stream.destroy());
    stream.once('close', () => this.#end(null));
    // Tells the agent that somebody is there.
    this.#acknowledge();
  }

  /** Sends a command's frame. */
  send(frame: Uint8Array): void {
    if (!this.#closed) this.#stream.write(frame);
  }

  /** Takes nothing more from it. */
  close(): void {
    this.#end(null);
  }

  #receive(chunk: Uint8Array): void {
    if (this.#closed) return;
    this.#bytes += chunk.length;
    if (this.#bytes > MAX_CHANNEL_BYTES) {
      this.#end(`more than ${MAX_CHANNEL_BYTES / 2 ** 20} MiB came`);
      return;
    }
    this.#listener.onBytes(chunk);
    for (const item of this.#decoder.push(chunk)) {
      const acknowledged = item.kind === 'unnumbered' ? parseAck(item.payload) : null;
      if (acknowledged !== null) this.#listener.onAcknowledged(acknowledged);
      else if (item.kind === 'frame' && this.#inbox.place(item.sequence).kind === 'next')
        this.#inbox.take(item.sequence, item.payload);
      else {
        this.#end(item.kind === 'frame' ? `frame ${item.sequence} is out of order` : describeItem(item));
        return;
      }
    }
    if (this.#decoder.damaged) this.#end('what came is no frame');
    this.#acknowledge();
  }

  #acknowledge(): void {
    const { taken } = this.#inbox;
    if (this.#closed || taken === this.#told || this.#stream.writableLength > MAX_UNSENT_BYTES) return;
    this.#told = taken;
    this.#stream.write(encodeAck(taken));
  }

  #end(damage: string | null): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stream.destroy();
    this.#listener.onClosed(damage);
  }
}
