import { ClientGone, ProtocolError } from '../errno.ts';
import type { SessionParts } from '../session/exchange.ts';
import { Session } from '../session/session.ts';
import { closeFd, DescriptorChannel, Errors, pin, sendBytes } from '../syscalls/index.ts';
import { FdQueue } from '../wire/fd-queue.ts';
import { MessageBuffer } from '../wire/message-buffer.ts';
import { Outbox } from '../wire/outbox.ts';
import { MAX_MESSAGE_FDS } from '../wire/protocol.ts';

/** How long a client may leave replies unread, in milliseconds. */
const UNREAD_MS = 30_000;

/** One control buffer for all: a receive leaves nothing in it. */
const channel = new DescriptorChannel(MAX_MESSAGE_FDS);

/**
 * A client's socket: bytes and descriptors in, replies out. Input is only taken while replies fit in the
 * outbox, so a client that does not read them holds up itself alone and memory stays bounded.
 */
export class Connection {
  readonly fd: number;
  readonly #session: Session;
  readonly #input = new MessageBuffer();
  readonly #inputAddress = pin(this.#input.bytes).address;
  readonly #outbox = new Outbox();
  readonly #outboxAddress = pin(this.#outbox.bytes).address;
  readonly #fds = new FdQueue();
  #unreadSince: number | null = null;

  constructor(fd: number, parts: Omit<SessionParts, 'outbox'>) {
    this.fd = fd;
    this.#session = new Session({ ...parts, outbox: this.#outbox }, this.#input.bytes, this.#input.view);
  }

  /** Replies wait for the client: poll for writing, and take no input. */
  get blocked(): boolean {
    return this.#outbox.length > 0;
  }

  /** When {@link pump} must be called although nothing happened, in milliseconds, or null. */
  get deadline(): number | null {
    if (this.#unreadSince !== null) return this.#unreadSince + UNREAD_MS;
    return this.#session.deadline;
  }

  /**
   * Receives once and handles what is complete.
   * @throws ClientGone at the end of the stream
   * @throws ProtocolError if the connection must be closed
   */
  receive(): void {
    const room = this.#input.prepare();
    const fds: number[] = [];
    const count = channel.receive(this.fd, this.#inputAddress + this.#input.end, room, fds);
    if (count === -Errors.EAGAIN || count === -Errors.EINTR) return;
    if (count < 0) throw failed('receive', -count);
    this.#input.received(count);
    this.#fds.add(fds, this.#input.receivedPosition);
    if (channel.truncated)
      throw new ProtocolError(`more than ${MAX_MESSAGE_FDS} descriptors with one message`);
    if (count === 0) throw new ClientGone();
    this.handleReceived();
  }

  /** Handles complete messages for as long as replies fit. */
  handleReceived(): void {
    for (;;) {
      if (!this.#outbox.hasRoom && !this.#send()) return;
      const message = this.#input.next();
      if (message === null) break;
      const fds = this.#fds.take(this.#input.takenPosition);
      if (fds.length === 0) {
        this.#session.handle(message, fds);
        continue;
      }
      try {
        this.#session.handle(message, fds);
      } finally {
        for (const fd of fds) closeFd(fd);
      }
    }
    this.#send();
  }

  /** The client reads again: sends what waited and goes on with what was received. */
  resume(): void {
    if (this.#send()) this.handleReceived();
  }

  /**
   * Asks the client for what the device needs of it, and checks deadlines; `now` in milliseconds.
   * @throws ProtocolError if the client has left replies unread for too long, or never answers
   */
  pump(now: number): void {
    let more = this.#session.pump(now);
    while (this.#send() && more) more = this.#session.pump(now);
    if (!this.blocked) {
      this.#unreadSince = null;
      return;
    }
    this.#unreadSince ??= now;
    if (now >= this.#unreadSince + UNREAD_MS)
      throw new ProtocolError(`replies were not read for ${UNREAD_MS / 1000} s`);
  }

  close(): void {
    for (const fd of this.#fds.drain()) closeFd(fd);
    closeFd(this.fd);
  }

  /** Returns whether everything is sent. */
  #send(): boolean {
    while (this.#outbox.length > 0) {
      const count = sendBytes(this.fd, this.#outboxAddress + this.#outbox.start, this.#outbox.length);
      if (count === -Errors.EAGAIN) return false;
      if (count === -Errors.EINTR) continue;
      if (count < 0) throw failed('send', -count);
      this.#outbox.sent(count);
    }
    return true;
  }
}

/** A client that was killed with replies unread is reset, not ended. */
function failed(call: string, errno: number): Error {
  const gone = errno === Errors.ECONNRESET || errno === Errors.EPIPE;
  return gone ? new ClientGone() : new ProtocolError(`${call} failed (errno ${errno})`);
}
