import {
  closeFd,
  connectUnix,
  createEventfd,
  createGuestMemory,
  DescriptorChannel,
  mapShared,
  PollEvent,
  Poller,
  pin,
  readBytes,
} from '../syscalls/index.ts';
import { Command, Flag } from '../wire/protocol.ts';

export interface Reply {
  readonly id: number;
  readonly command: number;
  readonly flags: number;
  readonly error: number;
  readonly payload: Buffer;
}

/** Guest memory as a VMM makes it: a sealed memory file, seen here and handed to the server. */
export function makeGuestMemory(bytes: number, options: { sealed: boolean } = { sealed: true }) {
  const fd = createGuestMemory(bytes, options);
  const mapping = mapShared(fd, 0, bytes, true);
  return { fd, bytes: mapping.bytes };
}

/** The client side of vfio-user, blocking, for one device: what a VMM says, and what none should. */
export class Client {
  readonly fd: number;
  readonly #channel = new DescriptorChannel(32);
  readonly #buffer = pin(new Uint8Array(new ArrayBuffer(64 * 1024)));
  readonly #poller = new Poller();
  /** A field, since an address alone does not keep its bytes from being collected before they are sent. */
  #outgoing = pin(new Uint8Array(new ArrayBuffer(64 * 1024)));
  #received = Buffer.alloc(0);
  #id = 0;
  /** Answers DMA_READ and DMA_WRITE of the server: the bytes or true; null refuses, 'silence' never answers. */
  onDma: (command: number, address: bigint, data: Buffer, count: number) => Buffer | true | null | 'silence' =
    () => null;

  constructor(socket: string) {
    this.fd = connectUnix(socket);
  }

  /** Connects and says hello. */
  static open<T extends Client>(this: new (socket: string) => T, socket: string): T {
    const client = new this(socket);
    client.request(Command.VERSION, Buffer.from('\0\0\0\0{"capabilities":{"max_msg_fds":16}}\0'));
    return client;
  }

  close(): void {
    closeFd(this.fd);
  }

  sendRaw(bytes: Uint8Array, fds: readonly number[] = []): number {
    if (bytes.length > this.#outgoing.bytes.length)
      this.#outgoing = pin(new Uint8Array(new ArrayBuffer(bytes.length)));
    this.#outgoing.bytes.set(bytes);
    return this.#channel.send(this.fd, this.#outgoing.address, bytes.length, fds);
  }

  message(command: number, payload: Uint8Array, flags = 0, id = this.#id++ & 0xffff): Buffer {
    return encodeMessage(command, payload, flags, id);
  }

  /** Sends a request and waits for its reply; serves the server's own requests meanwhile. */
  request(command: number, payload: Uint8Array, fds: readonly number[] = []): Reply {
    this.sendRaw(this.message(command, payload), fds);
    const reply = this.receive();
    if (reply === null) throw new Error(`connection closed after command ${command}`);
    return reply;
  }

  /** The next reply, or null at the end of the stream. @throws Error after `timeoutMs` without one */
  receive(timeoutMs = 5000): Reply | null {
    for (;;) {
      const message = this.#next(timeoutMs);
      if (message === null || (message.flags & Flag.TYPE_MASK) === Flag.REPLY) return message;
      this.#serve(message);
    }
  }

  /** Serves the server's requests until `done`. */
  serveUntil(done: () => boolean, timeoutMs = 5000): void {
    const end = Date.now() + timeoutMs;
    while (!done()) {
      if (Date.now() > end) throw new Error('not done in time');
      this.#poller.clear();
      this.#poller.add(this.fd, PollEvent.IN);
      if (this.#received.length < 16 && this.#poller.wait(5) === 0) continue;
      const message = this.#next(timeoutMs);
      if (message === null) throw new Error('connection closed');
      this.#serve(message);
    }
  }

  read(region: number, offset: number, count: number): Buffer {
    const reply = this.request(Command.REGION_READ, access(region, BigInt(offset), count));
    if (reply.error !== 0) throw new Error(`read refused (errno ${reply.error})`);
    return reply.payload.subarray(16);
  }

  /** A posted write, as QEMU's: no reply. */
  post(region: number, offset: number, data: Uint8Array): void {
    const payload = Buffer.concat([access(region, BigInt(offset), data.length), data]);
    this.sendRaw(this.message(Command.REGION_WRITE, payload, Flag.NO_REPLY));
  }

  write32(region: number, offset: number, value: number): void {
    const data = Buffer.alloc(4);
    data.writeUInt32LE(value >>> 0);
    this.post(region, offset, data);
  }

  write64(region: number, offset: number, value: bigint): void {
    const data = Buffer.alloc(8);
    data.writeBigUInt64LE(value);
    this.post(region, offset, data);
  }

  read32(region: number, offset: number): number {
    return this.read(region, offset, 4).readUInt32LE();
  }

  map(address: bigint, size: bigint, flags: number, fd?: number, offset = 0n): number {
    const payload = Buffer.alloc(32);
    payload.writeUInt32LE(32, 0);
    payload.writeUInt32LE(flags, 4);
    payload.writeBigUInt64LE(offset, 8);
    payload.writeBigUInt64LE(address, 16);
    payload.writeBigUInt64LE(size, 24);
    return this.request(Command.DMA_MAP, payload, fd === undefined ? [] : [fd]).error;
  }

  unmap(address: bigint, size: bigint, flags = 0): Reply {
    const payload = Buffer.alloc(24);
    payload.writeUInt32LE(24, 0);
    payload.writeUInt32LE(flags, 4);
    payload.writeBigUInt64LE(address, 8);
    payload.writeBigUInt64LE(size, 16);
    return this.request(Command.DMA_UNMAP, payload);
  }

  setIrqs(flags: number, start: number, count: number, fds: readonly number[] = [], index = 2): number {
    const payload = Buffer.alloc(20);
    [20, flags, index, start, count].forEach((value, at) => {
      payload.writeUInt32LE(value >>> 0, 4 * at);
    });
    return this.request(Command.DEVICE_SET_IRQS, payload, fds).error;
  }

  /** Bus master and MSI-X on, one eventfd for each of `vectors`. */
  enable(vectors: number): number[] {
    const fds = Array.from({ length: vectors }, createEventfd);
    for (const [vector, fd] of fds.entries()) this.setIrqs(0x24, vector, 1, [fd]);
    this.post(7, 4, Buffer.from([0x06, 0x00]));
    this.post(7, this.#msixControl(), Buffer.from([0x0f, 0x80]));
    return fds;
  }

  /** Where MSI-X's control word is in configuration space. */
  #msixControl(): number {
    const config = this.read(7, 0, 256);
    for (let at = config.readUInt8(0x34); at !== 0; at = config.readUInt8(at + 1)) {
      if (config.readUInt8(at) === 0x11) return at + 2;
    }
    throw new Error('no MSI-X capability');
  }

  #serve(message: Reply): void {
    const address = message.payload.readBigUInt64LE(0);
    const count = Number(message.payload.readBigUInt64LE(8));
    const answer = this.onDma(message.command, address, message.payload.subarray(16), count);
    if (answer === 'silence') return;
    if (answer === null) {
      const refusal = this.message(message.command, Buffer.alloc(0), Flag.REPLY | Flag.ERROR, message.id);
      refusal.writeUInt32LE(22, 12);
      this.sendRaw(refusal);
      return;
    }
    const payload = Buffer.concat([
      message.payload.subarray(0, 16),
      answer === true ? Buffer.alloc(0) : answer,
    ]);
    this.sendRaw(this.message(message.command, payload, Flag.REPLY, message.id));
  }

  #next(timeoutMs: number): Reply | null {
    for (;;) {
      const received = this.#received;
      const size = received.length < 16 ? Number.POSITIVE_INFINITY : received.readUInt32LE(4);
      if (received.length >= size) {
        this.#received = received.subarray(size);
        return {
          id: received.readUInt16LE(0),
          command: received.readUInt16LE(2),
          flags: received.readUInt32LE(8),
          error: received.readUInt32LE(12),
          payload: received.subarray(16, size),
        };
      }
      this.#poller.clear();
      this.#poller.add(this.fd, PollEvent.IN);
      if (this.#poller.wait(timeoutMs) === 0) throw new Error(`no message within ${timeoutMs} ms`);
      const count = readBytes(this.fd, this.#buffer.address, this.#buffer.bytes.length);
      if (count <= 0) return null;
      this.#received = Buffer.concat([received, this.#buffer.bytes.subarray(0, count)]);
    }
  }
}

/** Offset, region and count as REGION_READ and REGION_WRITE begin. */
export function access(region: number, offset: bigint, count: number): Buffer {
  const payload = Buffer.alloc(16);
  payload.writeBigUInt64LE(offset, 0);
  payload.writeUInt32LE(region, 8);
  payload.writeUInt32LE(count, 12);
  return payload;
}

/** The count of an eventfd, which reading clears; waits up to `timeoutMs` for it to be non-zero. */
export function takeEvents(fd: number, timeoutMs = 2000): number {
  const poller = new Poller();
  poller.add(fd, PollEvent.IN);
  if (poller.wait(timeoutMs) === 0) return 0;
  const value = pin(new Uint8Array(new ArrayBuffer(8)));
  readBytes(fd, value.address, 8);
  return Number(new DataView(value.bytes.buffer).getBigUint64(0, true));
}

/** A message as it goes over the socket. */
export function encodeMessage(command: number, payload: Uint8Array, flags = 0, id = 1): Buffer {
  const bytes = Buffer.alloc(16 + payload.length);
  bytes.writeUInt16LE(id, 0);
  bytes.writeUInt16LE(command, 2);
  bytes.writeUInt32LE(bytes.length, 4);
  bytes.writeUInt32LE(flags, 8);
  bytes.set(payload, 16);
  return bytes;
}
