import { MAX_SOCKET_PATH_BYTES } from '../socket-path.ts';
import { AF, MSG, SOCK } from './constants.ts';
import { calls, check, closeFd, errno } from './libc.ts';

/** A non-blocking listening socket at `path`, which must not exist. */
export function listenUnix(path: string): number {
  const fd = check('socket', calls.socket(AF.UNIX, SOCK.STREAM | SOCK.NONBLOCK | SOCK.CLOEXEC, 0));
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
  const fd = check('socket', calls.socket(AF.UNIX, SOCK.STREAM | SOCK.CLOEXEC, 0));
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
  address[0] = AF.UNIX;
  address.set(name, 2);
  return address;
}

/** The next connection of a listening socket, non-blocking, or null if there is none (any more). */
export function acceptUnix(listener: number): number | null {
  const fd = calls.accept4(listener, 0, 0, SOCK.NONBLOCK | SOCK.CLOEXEC) as number;
  return fd < 0 ? null : fd;
}

/** Sends without blocking. Returns the bytes sent or minus errno. */
export function sendBytes(fd: number, address: number, length: number): number {
  const count = Number(calls.send(fd, address, length, MSG.DONTWAIT | MSG.NOSIGNAL));
  return count < 0 ? -errno() : count;
}
