import type { RemoteRequest, RequestSource } from '../dma/remote-request.ts';
import { ProtocolError } from '../errno.ts';
import type { Message } from '../wire/message-buffer.ts';
import type { Outbox } from '../wire/outbox.ts';
import { Command, dmaAccess, Flag } from '../wire/protocol.ts';

const ACCESS_BYTES = 16;

/** How long a client may take to answer, in milliseconds; then its memory counts as gone. */
const ANSWER_MS = 10_000;

/** Requests a client has at once; the others wait. */
const MAX_IN_FLIGHT = 16;

/** Requests a client may leave without any answer before it counts as broken. */
const MAX_UNANSWERED = 4096;

interface Sent {
  readonly id: number;
  readonly command: number;
  readonly request: RemoteRequest;
  readonly deadline: number;
}

/**
 * DMA_READ and DMA_WRITE towards the client, several at a time. The client may access registers before it
 * answers, and has to be answered: nothing here waits.
 */
export class RemoteDma {
  readonly #source: RequestSource;
  readonly #outbox: Outbox;
  #nextId = 0;
  /** By message id, oldest first. */
  readonly #sent = new Map<number, Sent>();
  readonly #unanswered = new Set<number>();

  constructor(source: RequestSource, outbox: Outbox) {
    this.#source = source;
    this.#outbox = outbox;
  }

  /** When the oldest answer is overdue, in milliseconds, or null if none is awaited. */
  get deadline(): number | null {
    return this.#sent.values().next().value?.deadline ?? null;
  }

  /**
   * Fails what is overdue and sends what the device wants, as far as there is room. Returns whether more waits
   * for room. `now` in milliseconds.
   * @throws ProtocolError if the client never answers
   */
  pump(now: number): boolean {
    for (const { id, request, deadline } of this.#sent.values()) {
      if (this.#source.awaits(request)) {
        if (now < deadline) continue;
        this.#source.settle(request, false);
      }
      // Overdue, or reset while in flight: its answer, should it come, is for nobody.
      this.#sent.delete(id);
      this.#unanswered.add(id);
    }
    if (this.#unanswered.size > MAX_UNANSWERED)
      throw new ProtocolError(`more than ${MAX_UNANSWERED} DMA requests were never answered`);
    while (this.#sent.size < MAX_IN_FLIGHT) {
      if (!this.#outbox.hasRoom) return true;
      const request = this.#source.take();
      if (request === null) return false;
      this.#send(request, now);
    }
    return false;
  }

  /** @throws ProtocolError if the reply answers nothing that was asked, or not as it must */
  settle(message: Message, bytes: Uint8Array, view: DataView): void {
    const sent = this.#sent.get(message.id);
    if (sent === undefined || message.command !== sent.command) {
      if (this.#unanswered.delete(message.id)) return;
      throw new ProtocolError(`reply ${message.id} to command ${message.command}, which was not sent`);
    }
    this.#sent.delete(sent.id);
    const { request } = sent;
    if (!this.#source.awaits(request)) return; // reset while in flight
    const refused = (message.flags & Flag.ERROR) !== 0;
    if (!refused && request.access === 'read') {
      const count = request.bytes.length;
      if (
        message.payloadBytes !== ACCESS_BYTES + count ||
        view.getBigUint64(message.payload + dmaAccess.count.offset, true) !== BigInt(count)
      )
        throw new ProtocolError(`DMA_READ reply of ${message.payloadBytes} bytes for ${count}`);
      const data = message.payload + ACCESS_BYTES;
      request.bytes.set(bytes.subarray(data, data + count));
    }
    this.#source.settle(request, !refused);
  }

  #send(request: RemoteRequest, now: number): void {
    const { access, address, bytes } = request;
    const command = access === 'read' ? Command.DMA_READ : Command.DMA_WRITE;
    const id = this.#freeId();
    const payloadBytes = ACCESS_BYTES + (access === 'write' ? bytes.length : 0);
    const at = this.#outbox.append(id, command, Flag.COMMAND, 0, payloadBytes);
    this.#outbox.view.setBigUint64(at + dmaAccess.address.offset, BigInt.asUintN(64, address), true);
    this.#outbox.view.setBigUint64(at + dmaAccess.count.offset, BigInt(bytes.length), true);
    if (access === 'write') this.#outbox.bytes.set(bytes, at + ACCESS_BYTES);
    this.#sent.set(id, { id, command, request, deadline: now + ANSWER_MS });
  }

  /** An id that no answer, however late, can be for. */
  #freeId(): number {
    let id = this.#nextId;
    while (this.#sent.has(id) || this.#unanswered.has(id)) id = (id + 1) & 0xffff;
    this.#nextId = (id + 1) & 0xffff;
    return id;
  }
}
