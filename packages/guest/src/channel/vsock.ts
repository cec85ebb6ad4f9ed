import { encodeAck, FrameDecoder, parseAck } from '@coordinator/shared/frame';
import type { AgentMessage } from '@coordinator/shared/message';
import { type Clock, PIECE_BYTES, type Pipe, type PipeOptions } from '../runtime/runtime.ts';
import type { Channel } from './channel.ts';
import type { CommandInbox, CommandReply } from './command-inbox.ts';
import { MessageEncoder } from './message-encoder.ts';
import { Outbox } from './outbox.ts';
import type { SharedFileChannel } from './shared-file.ts';

/** Well below the time after which the host takes a silent agent for dead. */
const ACKNOWLEDGED_WITHIN_MS = 3000;
/** From here on senders that ask are kept waiting. */
const ROOM_BYTES = 256 * 1024;
/** The file takes whatever comes at once; what a connection falls behind by more than this goes there. */
const LIMIT_BYTES = 4 * 1024 * 1024;

const DAMAGED = 'what the host sent arrived damaged';

export interface VsockOptions {
  /** Starts the bridge to the host's port. */
  readonly open: (handlers: Pick<PipeOptions, 'next' | 'onOutput' | 'onEnd'>) => Pipe;
  readonly file: SharedFileChannel;
  readonly clock: Clock;
  readonly commands: CommandInbox;
  /** The connection is given up: from now on the file is all there is. */
  readonly onFallBack: () => void;
  /** The file, too, is broken. */
  readonly onBroken: (error: Error) => void;
}

/**
 * Messages over a vsock connection for as long as it works, then over the shared file. A message is kept until the
 * host has acknowledged it; what was not is sent again by file under its old number, so that the host, which knows
 * what it has, loses nothing and takes nothing twice.
 */
export class VsockChannel implements Channel, CommandReply {
  readonly #options: VsockOptions;
  readonly #encoder = new MessageEncoder();
  readonly #outbox = new Outbox();
  readonly #decoder = new FrameDecoder();
  readonly #waiting: Array<{ readonly below: number; readonly resume: () => void }> = [];
  #pipe: Pipe | null;
  #commandsTaken = 0;
  #cancelLimit: (() => void) | null = null;

  constructor(options: VsockOptions) {
    this.#options = options;
    this.#pipe = options.open({
      next: () => this.#outbox.next(PIECE_BYTES),
      onOutput: (bytes) => this.#receive(bytes),
      onEnd: () => this.#fallBack('the connection ended'),
    });
  }

  send(message: AgentMessage): void {
    const encoded = this.#encoder.encode(message);
    if (!this.#pipe) {
      this.#options.file.append(encoded.frame);
      return;
    }
    this.#outbox.add(encoded);
    if (this.#outbox.bytes > LIMIT_BYTES) {
      this.#fallBack('the connection was too slow');
      return;
    }
    this.#pipe.wake();
    this.#limitWait();
  }

  acknowledge(sequence: number): void {
    this.#commandsTaken = sequence;
    if (!this.#pipe) {
      this.#options.file.acknowledge(sequence);
      return;
    }
    this.#outbox.addAcknowledgement(encodeAck(sequence));
    this.#pipe.wake();
  }

  room(): Promise<void> {
    return this.#untilBelow(ROOM_BYTES);
  }

  flush(): Promise<void> {
    return this.#untilBelow(1);
  }

  #untilBelow(below: number): Promise<void> {
    if (!this.#pipe || this.#outbox.bytes < below) return Promise.resolve();
    return new Promise((resume) => this.#waiting.push({ below, resume }));
  }

  #resumeWaiting(): void {
    const bytes = this.#pipe ? this.#outbox.bytes : 0;
    for (const waiting of this.#waiting.splice(0)) {
      if (bytes < waiting.below) waiting.resume();
      else this.#waiting.push(waiting);
    }
  }

  #receive(bytes: Uint8Array): void {
    let progress = false;
    for (const item of this.#decoder.push(bytes)) {
      const acknowledged = item.kind === 'unnumbered' ? parseAck(item.payload) : null;
      if (acknowledged !== null) progress = this.#outbox.acknowledge(acknowledged) || progress;
      else if (item.kind !== 'frame' || !this.#options.commands.takeNext(item.sequence, item.payload)) {
        this.#fallBack(DAMAGED);
        return;
      }
    }
    if (this.#decoder.damaged) this.#fallBack(DAMAGED);
    if (!progress || !this.#pipe) return;
    this.#stopWaiting();
    if (this.#outbox.bytes > 0) this.#limitWait();
    this.#pipe.wake();
    this.#resumeWaiting();
  }

  /**
   * Unless it runs already, starts the time within which something must be acknowledged. It runs in two halves: an
   * agent that was busy itself reads, between them, what had come meanwhile.
   */
  #limitWait(): void {
    if (this.#cancelLimit) return;
    const { clock } = this.#options;
    const half = ACKNOWLEDGED_WITHIN_MS / 2;
    this.#cancelLimit = clock.after(half, () => {
      this.#cancelLimit = clock.after(half, () =>
        this.#fallBack(`nothing was acknowledged for ${ACKNOWLEDGED_WITHIN_MS / 1000} seconds`),
      );
    });
  }

  #stopWaiting(): void {
    this.#cancelLimit?.();
    this.#cancelLimit = null;
  }

  #fallBack(reason: string): void {
    const { file, onFallBack, onBroken } = this.#options;
    if (!this.#pipe) return;
    this.#pipe.close();
    this.#pipe = null;
    this.#stopWaiting();
    try {
      const frames = this.#outbox.drain();
      for (const frame of frames) file.append(frame);
      // The host may have been told on the connection, or not.
      if (this.#commandsTaken > 0) file.acknowledge(this.#commandsTaken);
      const text = `vsock: ${reason}; went on over the shared file, sending ${frames.length} messages again`;
      this.send({ type: 'log', level: 'warning', text });
      onFallBack();
    } catch (error) {
      onBroken(error as Error);
    }
    this.#resumeWaiting();
  }
}
