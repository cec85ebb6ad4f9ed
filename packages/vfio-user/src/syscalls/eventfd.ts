import { readlinkSync } from 'node:fs';
import { EFD } from './constants.ts';
import { allocate, calls, check, Errors, errno } from './libc.ts';

/** A new non-blocking eventfd. */
export function createEventfd(): number {
  return check('eventfd', calls.eventfd(0, EFD.NONBLOCK | EFD.CLOEXEC));
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
  return Number(calls.write(fd, one.address, 8)) === 8 || errno() === Errors.EAGAIN;
}
