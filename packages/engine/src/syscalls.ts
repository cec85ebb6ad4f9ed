import { fstatSync, readlinkSync } from 'node:fs';
import koffi from 'koffi';
import { MAX_SOCKET_PATH_BYTES } from './socket-path.ts';

/**
 * The system calls Node does not offer: descriptors over UNIX sockets, mmap, poll. Every constant and structure
 * here is the same on 64-bit little-endian Linux, x86-64 and arm64. Calls block unless they say otherwise.
 */
const libc = koffi.load(null);
const calls = {
  socket: libc.func('int socket(int domain, int type, int protocol)'),
  bind: libc.func('int bind(int fd, const void *address, uint32_t length)'),
  listen: libc.func('int listen(int fd, int backlog)'),
  connect: libc.func('int connect(int fd, const void *address, uint32_t length)'),
  accept4: libc.func('int accept4(int fd, uintptr_t address, uintptr_t length, int flags)'),
  recvmsg: libc.func('long recvmsg(int fd, uintptr_t message, int flags)'),
  sendmsg: libc.func('long sendmsg(int fd, uintptr_t message, int flags)'),
  send: libc.func('long send(int fd, uintptr_t bytes, size_t length, int flags)'),
  read: libc.func('long read(int fd, uintptr_t bytes, size_t length)'),
  write: libc.func('long write(int fd, uintptr_t bytes, size_t length)'),
  close: libc.func('int close(int fd)'),
  poll: libc.func('int poll(uintptr_t entries, unsigned long count, int timeout)'),
  fcntl: libc.func('fcntl', 'int', ['int', 'int', 'long']),
  mmap: libc.func('void *mmap(uintptr_t hint, size_t length, int prot, int flags, int fd, int64_t offset)'),
  munmap: libc.func('int munmap(void *address, size_t length)'),
  eventfd: libc.func('int eventfd(unsigned int initial, int flags)'),
  memfdCreate: libc.func('int memfd_create(const char *name, unsigned int flags)'),
};

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_CTRUNC = 0x8;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const MSG_CMSG_CLOEXEC = 0x40000000;
const F_GETFL = 3;
const F_SETFL = 4;
const F_ADD_SEALS = 1033;
const F_GET_SEALS = 1034;
const F_SEAL_SHRINK = 2;
const O_ACCMODE = 3;
const O_RDWR = 2;
const O_NONBLOCK = 0o4000;
const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
const EFD_NONBLOCK = 0o4000;
const EFD_CLOEXEC = 0o2000000;
const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;

export const Errors = { EINTR: 4, EAGAIN: 11, ECONNREFUSED: 111 } as const;

/** A system call that failed. */
export class SystemCallError extends Error {
  readonly errno: number;

  constructor(call: string, errno: number) {
    const name = Object.entries(koffi.os.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`;
    super(`${call}: ${name}`);
    this.name = 'SystemCallError';
    this.errno = errno;
  }
}

function check(call: string, result: number): number {
  if (result < 0) throw new SystemCallError(call, koffi.errno());
  return result;
}

/** Bytes whose address never changes, and that address. */
export interface PinnedBytes {
  readonly bytes: Uint8Array;
  readonly address: number;
}

/** The address of `bytes`, which must be a view of an ArrayBuffer made by `new ArrayBuffer`. */
export function pin(bytes: Uint8Array): PinnedBytes {
  return { bytes, address: Number(koffi.address(bytes)) };
}

function allocate(length: number): PinnedBytes & { readonly view: DataView } {
  const buffer = new ArrayBuffer(length);
  return { ...pin(new Uint8Array(buffer)), view: new DataView(buffer) };
}

export function closeFd(fd: number): void {
  calls.close(fd);
}

/** A non-blocking listening socket at `path`, which must not exist. */
export function listenUnix(path: string): number {
  const fd = check('socket', calls.socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  try {
    const address = unixAddress(path);
    check(`bind to ${path}`, calls.bind(fd, address, address.length));
    check('listen', calls.listen(fd, 16));
    return fd;
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}

/** A blocking connection to the socket at `path`. */
export function connectUnix(path: string): number {
  const fd = check('socket', calls.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  try {
    const address = unixAddress(path);
    check(`connect to ${path}`, calls.connect(fd, address, address.length));
    return fd;
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}

function unixAddress(path: string): Uint8Array {
  const name = new TextEncoder().encode(path);
  if (name.length > MAX_SOCKET_PATH_BYTES)
    throw new Error(
      `socket path is ${name.length} bytes long, ${MAX_SOCKET_PATH_BYTES} is the most: ${path}`,
    );
  const address = new Uint8Array(new ArrayBuffer(2 + name.length + 1));
  address[0] = AF_UNIX;
  address.set(name, 2);
  return address;
}

/** The next connection of a listening socket, non-blocking, or null if there is none (any more). */
export function acceptUnix(listener: number): number | null {
  const fd = calls.accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC) as number;
  return fd < 0 ? null : fd;
}

/**
 * struct msghdr for one buffer and descriptors:
 *
 *     0 name  8 namelen  16 iov  24 iovlen  32 control  40 controllen  48 flags
 *
 * and struct cmsghdr: 0 len (u64)  8 level  12 type  16 descriptors
 */
const MSGHDR_BYTES = 56;
const CMSGHDR_BYTES = 16;

/** recvmsg and sendmsg for one buffer and at most `maxFds` descriptors, without blocking; reusable. */
export class DescriptorChannel {
  readonly #header = allocate(MSGHDR_BYTES);
  readonly #iovec = allocate(16);
  readonly #control: ReturnType<typeof allocate>;
  /** Whether the last {@link receive} lost descriptors for want of room (the kernel has closed those). */
  truncated = false;

  constructor(maxFds: number) {
    this.#control = allocate(CMSGHDR_BYTES + Math.ceil(maxFds / 2) * 8);
    const { view } = this.#header;
    setAddress(view, 16, this.#iovec.address);
    setAddress(view, 24, 1);
    setAddress(view, 32, this.#control.address);
  }

  /**
   * Receives up to `length` bytes at `address`; appends descriptors to `fds`. Returns the bytes received, 0 at
   * the end of the stream, or minus errno.
   */
  receive(fd: number, address: number, length: number, fds: number[]): number {
    setAddress(this.#iovec.view, 0, address);
    setAddress(this.#iovec.view, 8, length);
    setAddress(this.#header.view, 40, this.#control.bytes.length);
    const count = Number(calls.recvmsg(fd, this.#header.address, MSG_DONTWAIT | MSG_CMSG_CLOEXEC));
    if (count < 0) return -koffi.errno();
    this.truncated = (this.#header.view.getInt32(48, true) & MSG_CTRUNC) !== 0;
    const controlBytes = this.#header.view.getUint32(40, true);
    if (controlBytes > 0) this.#takeFds(controlBytes, fds);
    return count;
  }

  /** Sends bytes with descriptors. Returns the bytes sent or minus errno. */
  send(fd: number, address: number, length: number, fds: readonly number[]): number {
    setAddress(this.#iovec.view, 0, address);
    setAddress(this.#iovec.view, 8, length);
    const { view } = this.#control;
    setAddress(view, 0, CMSGHDR_BYTES + 4 * fds.length);
    view.setInt32(8, SOL_SOCKET, true);
    view.setInt32(12, SCM_RIGHTS, true);
    for (const [index, value] of fds.entries()) view.setInt32(CMSGHDR_BYTES + 4 * index, value, true);
    const controlBytes = fds.length === 0 ? 0 : CMSGHDR_BYTES + Math.ceil(fds.length / 2) * 8;
    setAddress(this.#header.view, 40, controlBytes);
    const count = Number(calls.sendmsg(fd, this.#header.address, MSG_NOSIGNAL));
    return count < 0 ? -koffi.errno() : count;
  }

  #takeFds(controlBytes: number, fds: number[]): void {
    const { view } = this.#control;
    for (let at = 0; at + CMSGHDR_BYTES <= controlBytes; ) {
      const length = view.getUint32(at, true);
      if (length < CMSGHDR_BYTES) return;
      const end = Math.min(at + length, controlBytes);
      if (view.getInt32(at + 8, true) === SOL_SOCKET && view.getInt32(at + 12, true) === SCM_RIGHTS) {
        for (let slot = at + CMSGHDR_BYTES; slot + 4 <= end; slot += 4) fds.push(view.getInt32(slot, true));
      }
      at += Math.ceil(length / 8) * 8;
    }
  }
}

/** Writes a pointer or size_t below 2^53 without making a BigInt. */
function setAddress(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, value >>> 0, true);
  view.setUint32(offset + 4, Math.floor(value / 0x1_0000_0000), true);
}

/** Sends without blocking. Returns the bytes sent or minus errno. */
export function sendBytes(fd: number, address: number, length: number): number {
  const count = Number(calls.send(fd, address, length, MSG_DONTWAIT | MSG_NOSIGNAL));
  return count < 0 ? -koffi.errno() : count;
}

/** Returns the bytes read, 0 at the end, or minus errno. */
export function readBytes(fd: number, address: number, length: number): number {
  const count = Number(calls.read(fd, address, length));
  return count < 0 ? -koffi.errno() : count;
}

/** Returns the bytes written or minus errno. */
export function writeBytes(fd: number, address: number, length: number): number {
  const count = Number(calls.write(fd, address, length));
  return count < 0 ? -koffi.errno() : count;
}

export function setNonBlocking(fd: number): void {
  const flags = check('fcntl', calls.fcntl(fd, F_GETFL, 0));
  check('fcntl', calls.fcntl(fd, F_SETFL, flags | O_NONBLOCK));
}

export const PollEvent = { IN: 1, OUT: 4, ERR: 8, HUP: 16, INVALID: 32 } as const;

const POLL_ENTRY_BYTES = 8; // struct pollfd: i32 fd, i16 events, i16 revents

/** A set of descriptors to wait for. */
export class Poller {
  #entries = allocate(64 * POLL_ENTRY_BYTES);
  #count = 0;

  clear(): void {
    this.#count = 0;
  }

  /** Adds `fd`; returns its place for {@link ready}. */
  add(fd: number, events: number): number {
    const at = this.#count * POLL_ENTRY_BYTES;
    if (at === this.#entries.bytes.length) {
      const larger = allocate(2 * at);
      larger.bytes.set(this.#entries.bytes);
      this.#entries = larger;
    }
    this.#entries.view.setInt32(at, fd, true);
    this.#entries.view.setInt16(at + 4, events, true);
    this.#entries.view.setInt16(at + 6, 0, true);
    return this.#count++;
  }

  /** Waits at most `timeoutMs` (-1: for ever); returns how many are ready. */
  wait(timeoutMs: number): number {
    return calls.poll(this.#entries.address, this.#count, timeoutMs) as number;
  }

  /** What happened at a place: a set of {@link PollEvent}. */
  ready(place: number): number {
    return this.#entries.view.getInt16(place * POLL_ENTRY_BYTES + 6, true);
  }
}

export interface FileDescription {
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: bigint;
  readonly writable: boolean;
  /** F_SEAL_SHRINK is set: no page of it can go away while it is mapped. */
  readonly sealedAgainstShrinking: boolean;
}

export function describeFile(fd: number): FileDescription {
  const { dev, ino, size } = fstatSync(fd, { bigint: true });
  const flags = calls.fcntl(fd, F_GETFL, 0) as number;
  const seals = calls.fcntl(fd, F_GET_SEALS, 0) as number; // -1: a kind of file that has none
  return {
    device: dev,
    inode: ino,
    size,
    writable: (flags & O_ACCMODE) === O_RDWR,
    sealedAgainstShrinking: seals >= 0 && (seals & F_SEAL_SHRINK) !== 0,
  };
}

/** A piece of a file in memory. After `unmap` no view of `bytes` may be touched. */
export interface SharedMapping {
  readonly bytes: Uint8Array;
  unmap(): void;
}

/** Maps `length` bytes at `offset` (a multiple of the page size) of `fd`, shared. */
export function mapShared(fd: number, offset: number, length: number, writable: boolean): SharedMapping {
  const prot = writable ? PROT_READ | PROT_WRITE : PROT_READ;
  const address = calls.mmap(0, length, prot, MAP_SHARED, fd, offset);
  if (BigInt.asIntN(64, BigInt(address ?? 0)) === -1n) throw new SystemCallError('mmap', koffi.errno());
  return {
    bytes: new Uint8Array(koffi.view(address, length)),
    unmap: () => {
      calls.munmap(address, length);
    },
  };
}

/** A new non-blocking eventfd. */
export function createEventfd(): number {
  return check('eventfd', calls.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
}

export function isEventfd(fd: number): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`) === 'anon_inode:[eventfd]';
  } catch {
    return false;
  }
}

const one = allocate(8);
one.bytes[0] = 1;

/** Adds 1 to an eventfd. A counter that is full counts as success: the reader has been told already. */
export function signalEventfd(fd: number): boolean {
  return Number(calls.write(fd, one.address, 8)) === 8 || koffi.errno() === Errors.EAGAIN;
}

/** A new anonymous memory file of `size` bytes is made with ftruncate by the caller. */
export function createMemfd(name: string): number {
  return check('memfd_create', calls.memfdCreate(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
}

/** Forbids to shrink a memory file for as long as it exists. */
export function sealAgainstShrinking(fd: number): void {
  check('fcntl F_ADD_SEALS', calls.fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
}
