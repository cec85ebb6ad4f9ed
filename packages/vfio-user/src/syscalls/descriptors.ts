import { F, O } from './constants.ts';
import { calls, check, errno } from './libc.ts';

/** Returns the bytes read, 0 at the end, or minus errno. */
export function readBytes(fd: number, address: number, length: number): number {
  const count = Number(calls.read(fd, address, length));
  return count < 0 ? -errno() : count;
}

/** Returns the bytes written or minus errno. */
export function writeBytes(fd: number, address: number, length: number): number {
  const count = Number(calls.write(fd, address, length));
  return count < 0 ? -errno() : count;
}

export function setNonBlocking(fd: number): void {
  const flags = check('fcntl', calls.fcntl(fd, F.GETFL, 0));
  check('fcntl', calls.fcntl(fd, F.SETFL, flags | O.NONBLOCK));
}
