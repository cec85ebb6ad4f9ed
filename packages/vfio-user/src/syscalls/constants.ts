/** What Linux calls numbers in these system calls, as its headers have them: `SOCK.STREAM` is their SOCK_STREAM. */

// fcntl(2)
export const F = { GETFL: 3, SETFL: 4, ADD_SEALS: 1033, GET_SEALS: 1034, SEAL_SHRINK: 2 } as const;
export const O = { ACCMODE: 3, RDWR: 2, NONBLOCK: 0o4000 } as const;

// mmap(2)
export const PROT = { READ: 1, WRITE: 2 } as const;
export const MAP = { SHARED: 1 } as const;

// memfd_create(2)
export const MFD = { CLOEXEC: 1, ALLOW_SEALING: 2 } as const;

// eventfd(2)
export const EFD = { NONBLOCK: 0o4000, CLOEXEC: 0o2000000 } as const;

// socket(2)
export const AF = { UNIX: 1 } as const;
export const SOCK = { STREAM: 1, NONBLOCK: 0o4000, CLOEXEC: 0o2000000 } as const;

// sendmsg(2), recvmsg(2), unix(7)
export const SOL = { SOCKET: 1 } as const;
export const SCM = { RIGHTS: 1 } as const;
export const MSG = { CTRUNC: 0x8, DONTWAIT: 0x40, NOSIGNAL: 0x4000, CMSG_CLOEXEC: 0x40000000 } as const;
