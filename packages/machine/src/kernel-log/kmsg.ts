import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { CoordinatorError, hasCode, messageOf } from '@coordinator/base/errors';

const KMSG = '/dev/kmsg';
/** A record is no longer: CONSOLE_EXT_LOG_MAX of the kernel. A read into less than a record fails. */
const RECORD_BYTES = 8192;

/** Its device number, Documentation/admin-guide/devices.txt: 1:11, as makedev(3) has it. Containers put others in its place. */
const KMSG_DEVICE = (1 << 8) | 11;

/** What one read gives: a record as it stands there, that some were lost, or that there is none now. */
export type KmsgRead = string | 'lost' | null;

/** Where records come from. */
export interface KmsgSource {
  read(): KmsgRead;
  close(): void;
}

/**
 * Opens the kernel's log where it ends now.
 * @throws CoordinatorError when it may not be read.
 */
export function openKmsg(path = KMSG): KmsgSource {
  const fd = openDevice(path);
  const buffer = Buffer.alloc(RECORD_BYTES);
  const source: KmsgSource = {
    read: () => {
      try {
        const count = readSync(fd, buffer, 0, RECORD_BYTES, null);
        return count === 0 ? null : buffer.toString('latin1', 0, count);
      } catch (error) {
        // The kernel has written over what was not read yet; the next read goes on behind that.
        if (hasCode(error, 'EPIPE')) return 'lost';
        if (hasCode(error, 'EAGAIN')) return null;
        throw error;
      }
    },
    close: () => closeSync(fd),
  };
  // There is no lseek(2) to its end in Node.
  while (source.read() !== null);
  return source;
}

/** Why the kernel's log cannot be read, in one sentence; null when it can. */
export function whyNoKmsg(path = KMSG): string | null {
  try {
    closeSync(openDevice(path));
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** @throws CoordinatorError */
function openDevice(path: string): number {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw unreadable(messageOf(error), error);
  }
  if (fstatSync(fd).rdev === KMSG_DEVICE) return fd;
  closeSync(fd);
  throw unreadable(`${path} is something else here`);
}

function unreadable(why: string, cause?: unknown): CoordinatorError {
  return new CoordinatorError(`the kernel's log cannot be read: ${why}`, {
    remedy: 'run as root, or allow it: sysctl kernel.dmesg_restrict=0',
    cause,
  });
}
