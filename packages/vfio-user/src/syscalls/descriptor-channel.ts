import { MSG, SCM, SOL } from './constants.ts';
import { allocate, calls, errno, setAddress } from './libc.ts';

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
    const count = Number(calls.recvmsg(fd, this.#header.address, MSG.DONTWAIT | MSG.CMSG_CLOEXEC));
    if (count < 0) return -errno();
    this.truncated = (this.#header.view.getInt32(48, true) & MSG.CTRUNC) !== 0;
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
    view.setInt32(8, SOL.SOCKET, true);
    view.setInt32(12, SCM.RIGHTS, true);
    for (const [index, value] of fds.entries()) view.setInt32(CMSGHDR_BYTES + 4 * index, value, true);
    const controlBytes = fds.length === 0 ? 0 : CMSGHDR_BYTES + Math.ceil(fds.length / 2) * 8;
    setAddress(this.#header.view, 40, controlBytes);
    const count = Number(calls.sendmsg(fd, this.#header.address, MSG.NOSIGNAL));
    return count < 0 ? -errno() : count;
  }

  #takeFds(controlBytes: number, fds: number[]): void {
    const { view } = this.#control;
    for (let at = 0; at + CMSGHDR_BYTES <= controlBytes; ) {
      const length = view.getUint32(at, true);
      if (length < CMSGHDR_BYTES) return;
      const end = Math.min(at + length, controlBytes);
      if (view.getInt32(at + 8, true) === SOL.SOCKET && view.getInt32(at + 12, true) === SCM.RIGHTS) {
        for (let slot = at + CMSGHDR_BYTES; slot + 4 <= end; slot += 4) fds.push(view.getInt32(slot, true));
      }
      at += Math.ceil(length / 8) * 8;
    }
  }
}
