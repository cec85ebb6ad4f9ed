import { Errno, ProtocolError, RequestError } from '../errno.ts';
import type { Message } from '../wire/message-buffer.ts';
import { Command, Flag } from '../wire/protocol.ts';
import { Exchange, type SessionParts } from './exchange.ts';
import { handlers } from './messages/index.ts';
import { RemoteDma } from './remote-dma.ts';

/** One client's conversation with one device: every message in, its reply out. Knows no sockets. */
export class Session {
  readonly #exchange: Exchange;
  readonly #remote: RemoteDma;

  /** `bytes`, `view`: where messages are. */
  constructor(parts: SessionParts, bytes: Uint8Array, view: DataView) {
    this.#exchange = new Exchange(parts, bytes, view);
    this.#remote = new RemoteDma(parts.device, parts.outbox);
  }

  /**
   * Handles one message and appends its reply, if it wants one, to the outbox, which must have room. Takes the
   * descriptors it keeps out of `fds`.
   * @throws ProtocolError if the connection cannot go on
   */
  handle(message: Message, fds: number[]): void {
    const { bytes, view, greeted, parts } = this.#exchange;
    const type = message.flags & Flag.TYPE_MASK;
    if (type === Flag.REPLY) {
      this.#remote.settle(message, bytes, view);
      return;
    }
    if (type !== Flag.COMMAND) throw new ProtocolError(`message type ${type}`);
    if (!greeted && message.command !== Command.VERSION)
      throw new ProtocolError(`command ${message.command} before VERSION`);
    try {
      const handle = handlers[message.command];
      if (handle === undefined) throw new RequestError(Errno.EINVAL, `unknown command ${message.command}`);
      handle(this.#exchange, message, fds);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      parts.onRefused(error.message);
      if ((message.flags & Flag.NO_REPLY) === 0) parts.outbox.refuse(message.id, message.command, error.code);
    }
  }

  /**
   * Asks the client for what running commands need of it, as far as the outbox has room; returns whether more
   * waits for room. `now` in milliseconds.
   * @throws ProtocolError if the client never answers
   */
  pump(now: number): boolean {
    return this.#remote.pump(now);
  }

  /** When the client's next answer is overdue, or null if none is awaited. */
  get deadline(): number | null {
    return this.#remote.deadline;
  }
}
