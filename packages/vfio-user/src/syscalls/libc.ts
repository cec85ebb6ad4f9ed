import koffi from 'koffi';

/**
 * The system calls Node does not offer: descriptors over UNIX sockets, mmap, poll. Only this folder knows koffi.
 * Every constant and structure in it is the same on 64-bit little-endian Linux, x86-64 and arm64.
 */
const libc = koffi.load(null);

export const calls = {
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
  // Variadic in C; with one integer it is called like any other function on both architectures.
  fcntl: libc.func('fcntl', 'int', ['int', 'int', 'long']),
  mmap: libc.func('void *mmap(uintptr_t hint, size_t length, int prot, int flags, int fd, int64_t offset)'),
  munmap: libc.func('int munmap(void *address, size_t length)'),
  eventfd: libc.func('int eventfd(unsigned int initial, int flags)'),
  memfdCreate: libc.func('int memfd_create(const char *name, unsigned int flags)'),
};

export const Errors = { EINTR: 4, EAGAIN: 11, EPIPE: 32, ECONNRESET: 104, ECONNREFUSED: 111 } as const;

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

/** The errno of the last call. */
export function errno(): number {
  return koffi.errno();
}

/** `result`, unless it is negative. @throws SystemCallError */
export function check(call: string, result: number): number {
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

/** `length` zero bytes that stay where they are, with a view of them. */
export function allocate(length: number): PinnedBytes & { readonly view: DataView } {
  const buffer = new ArrayBuffer(length);
  return { ...pin(new Uint8Array(buffer)), view: new DataView(buffer) };
}

/** Writes a pointer or size_t below 2^53 without making a BigInt. */
export function setAddress(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, value >>> 0, true);
  view.setUint32(offset + 4, Math.floor(value / 0x1_0000_0000), true);
}

export function closeFd(fd: number): void {
  calls.close(fd);
}
