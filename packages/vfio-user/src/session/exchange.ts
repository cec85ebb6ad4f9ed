import type { PciFunction } from '../device/pci-function.ts';
import type { Backing } from '../dma/dma-table.ts';
import { Errno, RequestError } from '../errno.ts';
import type { Message } from '../wire/message-buffer.ts';
import type { Outbox } from '../wire/outbox.ts';
import { Flag } from '../wire/protocol.ts';
import type { PluggableLines } from './irqs.ts';

/** Opens what a client shares as guest memory. */
export interface MemoryOpener {
  /** See MemoryFiles.open. Always takes over `fd`. */
  open(fd: number, offset: bigint, size: bigint, write: boolean): Backing | null;
}

export interface SessionParts {
  readonly device: PciFunction;
  readonly lines: PluggableLines;
  readonly memory: MemoryOpener;
  readonly outbox: Outbox;
  /** One line about a request that was refused. */
  readonly onRefused: (what: string) => void;
}

/** What a handler of messages has: the device, the bytes of what came in, and where its answer goes. */
export class Exchange {
  readonly parts: SessionParts;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Whether both have said which version of the protocol they speak. */
  greeted = false;

  /** `bytes`, `view`: where messages are. */
  constructor(parts: SessionParts, bytes: Uint8Array, view: DataView) {
    this.parts = parts;
    this.bytes = bytes;
    this.view = view;
  }

  /** Appends a reply; returns where its payload is, or -1 if none is wanted. */
  reply(message: Message, payloadBytes: number): number {
    if ((message.flags & Flag.NO_REPLY) !== 0) return -1;
    return this.parts.outbox.reply(message.id, message.command, payloadBytes);
  }

  /** Appends a reply that is there as a whole. */
  answer(message: Message, payload: Uint8Array): void {
    const at = this.reply(message, payload.length);
    if (at >= 0) this.parts.outbox.bytes.set(payload, at);
  }

  payload(message: Message): Uint8Array {
    return this.bytes.subarray(message.payload, message.payload + message.payloadBytes);
  }

  u32(message: Message, field: { offset: number }): number {
    return this.view.getUint32(message.payload + field.offset, true);
  }

  u64(message: Message, field: { offset: number }): bigint {
    return this.view.getBigUint64(message.payload + field.offset, true);
  }
}

/**
 * Does what a message asks for and appends its reply. Takes the descriptors it keeps out of `fds`.
 * @throws RequestError to refuse it; ProtocolError if the connection cannot go on
 */
export type Handler = (exchange: Exchange, message: Message, fds: number[]) => void;

/** @throws RequestError unless the payload has room for a structure of `bytes` */
export function need(message: Message, bytes: number): void {
  if (message.payloadBytes < bytes)
    throw new RequestError(
      Errno.EINVAL,
      `command ${message.command} with ${message.payloadBytes} payload bytes, ${bytes} are needed`,
    );
}
