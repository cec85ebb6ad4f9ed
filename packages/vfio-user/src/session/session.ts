import type { PciFunction } from '../device/pci-function.ts';
import type { Backing } from '../dma/dma-table.ts';
import { Errno, ProtocolError, RequestError } from '../errno.ts';
import type { Message } from '../wire/message-buffer.ts';
import type { Outbox } from '../wire/outbox.ts';
import * as wire from '../wire/protocol.ts';
import { checkVersion, versionReply } from '../wire/version.ts';
import { deviceInfoReply, irqInfoReply, regionInfoReply } from './info.ts';
import { type PluggableLines, setIrqs } from './irqs.ts';
import { RemoteDma } from './remote-dma.ts';

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

const { Command, Flag } = wire;

/** One client's conversation with one device: every message in, its reply out. Knows no sockets. */
export class Session {
  readonly #parts: SessionParts;
  readonly #remote: RemoteDma;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #greeted = false;

  /** `bytes`, `view`: where messages are. */
  constructor(parts: SessionParts, bytes: Uint8Array, view: DataView) {
    this.#parts = parts;
    this.#bytes = bytes;
    this.#view = view;
    this.#remote = new RemoteDma(parts.device, parts.outbox);
  }

  /**
   * Handles one message and appends its reply, if it wants one, to the outbox, which must have room. Takes the
   * descriptors it keeps out of `fds`.
   * @throws ProtocolError if the connection cannot go on
   */
  handle(message: Message, fds: number[]): void {
    const type = message.flags & Flag.TYPE_MASK;
    if (type === Flag.REPLY) {
      this.#remote.settle(message, this.#bytes, this.#view);
      return;
    }
    if (type !== Flag.COMMAND) throw new ProtocolError(`message type ${type}`);
    if (!this.#greeted && message.command !== Command.VERSION)
      throw new ProtocolError(`command ${message.command} before VERSION`);
    try {
      this.#dispatch(message, fds);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.#parts.onRefused(error.message);
      if ((message.flags & Flag.NO_REPLY) === 0)
        this.#parts.outbox.refuse(message.id, message.command, error.code);
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

  #dispatch(message: Message, fds: number[]): void {
    switch (message.command) {
      case Command.REGION_READ:
        this.#regionRead(message);
        return;
      case Command.REGION_WRITE:
        this.#regionWrite(message);
        return;
      case Command.REGION_WRITE_MULTI:
        this.#regionWriteMulti(message);
        return;
      case Command.DMA_MAP:
        this.#dmaMap(message, fds);
        return;
      case Command.DMA_UNMAP:
        this.#dmaUnmap(message);
        return;
      case Command.DEVICE_SET_IRQS:
        this.#setIrqs(message, fds);
        return;
      case Command.DEVICE_GET_INFO:
        this.#info(message, deviceInfoReply(this.#payload(message)));
        return;
      case Command.DEVICE_GET_REGION_INFO:
        this.#info(message, regionInfoReply(this.#payload(message), this.#parts.device));
        return;
      case Command.DEVICE_GET_IRQ_INFO:
        this.#info(message, irqInfoReply(this.#payload(message), this.#parts.device.msix.vectors));
        return;
      case Command.DEVICE_RESET:
        this.#parts.device.reset();
        this.#reply(message, 0);
        return;
      case Command.VERSION:
        this.#version(message);
        return;
      case Command.DEVICE_GET_REGION_IO_FDS:
        throw new RequestError(Errno.ENOTSUP, 'GET_REGION_IO_FDS: no region has ioeventfds');
      default:
        throw new RequestError(Errno.EINVAL, `unknown command ${message.command}`);
    }
  }

  #version(message: Message): void {
    if (this.#greeted) throw new ProtocolError('VERSION a second time');
    checkVersion(this.#payload(message));
    this.#greeted = true;
    this.#info(message, versionReply());
  }

  #regionRead(message: Message): void {
    need(message, 16);
    const at = message.payload;
    const offset = this.#view.getBigUint64(at + wire.regionAccess.offset.offset, true);
    const region = this.#view.getUint32(at + wire.regionAccess.region.offset, true);
    const count = this.#view.getUint32(at + wire.regionAccess.count.offset, true);
    const { device, outbox } = this.#parts;
    if (count > device.regionBytes(region))
      throw new RequestError(Errno.EINVAL, `read of ${count} bytes of region ${region}`);
    device.readRegion(region, offset, count, scratch, 0);
    const reply = this.#reply(message, 16 + count);
    if (reply < 0) return;
    outbox.bytes.set(this.#bytes.subarray(at, at + 16), reply);
    for (let index = 0; index < count; index++) outbox.bytes[reply + 16 + index] = scratch[index] as number;
  }

  #regionWrite(message: Message): void {
    need(message, 16);
    const at = message.payload;
    const offset = this.#view.getBigUint64(at + wire.regionAccess.offset.offset, true);
    const region = this.#view.getUint32(at + wire.regionAccess.region.offset, true);
    const count = this.#view.getUint32(at + wire.regionAccess.count.offset, true);
    if (count !== message.payloadBytes - 16)
      throw new RequestError(
        Errno.EINVAL,
        `write of ${count} bytes that carries ${message.payloadBytes - 16}`,
      );
    this.#parts.device.writeRegion(region, offset, count, this.#bytes, at + 16);
    const reply = this.#reply(message, 16);
    if (reply >= 0) this.#parts.outbox.bytes.set(this.#bytes.subarray(at, at + 16), reply);
  }

  #regionWriteMulti(message: Message): void {
    need(message, 8);
    const writes = this.#view.getBigUint64(message.payload, true);
    if (writes * BigInt(MULTI_BYTES) !== BigInt(message.payloadBytes - 8))
      throw new RequestError(Errno.EINVAL, `${writes} writes in ${message.payloadBytes} bytes`);
    for (let at = message.payload + 8; at < message.payload + message.payloadBytes; at += MULTI_BYTES) {
      const offset = this.#view.getBigUint64(at + wire.multiWrite.offset.offset, true);
      const region = this.#view.getUint32(at + wire.multiWrite.region.offset, true);
      const count = this.#view.getUint32(at + wire.multiWrite.count.offset, true);
      if (count > 8) throw new RequestError(Errno.EINVAL, `write of ${count} bytes among several`);
      this.#parts.device.writeRegion(region, offset, count, this.#bytes, at + wire.multiWrite.data.offset);
    }
    const reply = this.#reply(message, 8);
    if (reply >= 0) this.#parts.outbox.view.setBigUint64(reply, writes, true);
  }

  #dmaMap(message: Message, fds: number[]): void {
    need(message, 32);
    const { device, memory } = this.#parts;
    const { dma } = device;
    const flags = this.#u32(message, wire.dmaMap.flags);
    if ((flags & ~(wire.DmaMapFlag.READ | wire.DmaMapFlag.WRITE)) !== 0)
      throw new RequestError(Errno.EINVAL, `DMA map with flags 0x${flags.toString(16)}`);
    if (fds.length > 1) throw new RequestError(Errno.EINVAL, `DMA map with ${fds.length} descriptors`);
    const request = {
      address: this.#u64(message, wire.dmaMap.address),
      size: this.#u64(message, wire.dmaMap.size),
      read: (flags & wire.DmaMapFlag.READ) !== 0,
      write: (flags & wire.DmaMapFlag.WRITE) !== 0,
    };
    dma.check(request);
    const fd = fds.shift();
    const backing =
      fd === undefined
        ? null
        : memory.open(fd, this.#u64(message, wire.dmaMap.offset), request.size, request.write);
    dma.map(request, backing);
    this.#reply(message, 0);
  }

  #dmaUnmap(message: Message): void {
    need(message, 24);
    const flags = this.#u32(message, wire.dmaUnmap.flags);
    const address = this.#u64(message, wire.dmaUnmap.address);
    let size = this.#u64(message, wire.dmaUnmap.size);
    if (flags === wire.DmaUnmapFlag.ALL) {
      if (address !== 0n || size !== 0n)
        throw new RequestError(Errno.EINVAL, 'DMA unmap of everything and a range');
      this.#parts.device.dma.clear();
    } else if (flags === 0) size = this.#parts.device.dma.unmap(address, size);
    else throw new RequestError(Errno.ENOTSUP, `DMA unmap with flags 0x${flags.toString(16)}`);
    const at = this.#reply(message, 24);
    if (at < 0) return;
    const { view } = this.#parts.outbox;
    view.setUint32(at + wire.dmaUnmap.argsz.offset, 24, true);
    view.setUint32(at + wire.dmaUnmap.flags.offset, flags, true);
    view.setBigUint64(at + wire.dmaUnmap.address.offset, address, true);
    view.setBigUint64(at + wire.dmaUnmap.size.offset, size, true);
  }

  #info(message: Message, reply: Uint8Array): void {
    const at = this.#reply(message, reply.length);
    if (at >= 0) this.#parts.outbox.bytes.set(reply, at);
  }

  #setIrqs(message: Message, fds: number[]): void {
    need(message, 20);
    const { lines, device } = this.#parts;
    const request = {
      flags: this.#u32(message, wire.irqSet.flags),
      index: this.#u32(message, wire.irqSet.index),
      start: this.#u32(message, wire.irqSet.start),
      count: this.#u32(message, wire.irqSet.count),
      data: this.#bytes.subarray(message.payload + 20, message.payload + message.payloadBytes),
    };
    device.countInterrupts(setIrqs(request, fds, lines, device.msix));
    this.#reply(message, 0);
  }

  /** Appends a reply; returns where its payload is, or -1 if none is wanted. */
  #reply(message: Message, payloadBytes: number): number {
    if ((message.flags & Flag.NO_REPLY) !== 0) return -1;
    return this.#parts.outbox.reply(message.id, message.command, payloadBytes);
  }

  #payload(message: Message): Uint8Array {
    return this.#bytes.subarray(message.payload, message.payload + message.payloadBytes);
  }

  #u32(message: Message, field: { offset: number }): number {
    return this.#view.getUint32(message.payload + field.offset, true);
  }

  #u64(message: Message, field: { offset: number }): bigint {
    return this.#view.getBigUint64(message.payload + field.offset, true);
  }
}

const MULTI_BYTES = 24;
const scratch = new Uint8Array(4096);

function need(message: Message, bytes: number): void {
  if (message.payloadBytes < bytes)
    throw new RequestError(
      Errno.EINVAL,
      `command ${message.command} with ${message.payloadBytes} payload bytes, ${bytes} are needed`,
    );
}
