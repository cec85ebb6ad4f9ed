import { Errno, RequestError } from '../errno.ts';
import { closeFd, isEventfd, setNonBlocking, signalEventfd } from '../syscalls.ts';
import type { PluggableLines } from '../vfio-user/irqs.ts';

const NONE = -1;

/** One eventfd a vector, as the client hands them over. */
export class EventfdLines implements PluggableLines {
  readonly #fds: Int32Array;

  constructor(vectors: number) {
    this.#fds = new Int32Array(vectors).fill(NONE);
  }

  connect(vector: number, fd: number): void {
    // Anything else could block the writer, and with it every device of this process.
    if (!isEventfd(fd)) {
      closeFd(fd);
      throw new RequestError(Errno.EINVAL, `what was given for vector ${vector} is no eventfd`);
    }
    setNonBlocking(fd);
    this.disconnect(vector);
    this.#fds[vector] = fd;
  }

  disconnect(vector: number): void {
    const fd = this.#fds[vector] ?? NONE;
    if (fd !== NONE) closeFd(fd);
    this.#fds[vector] = NONE;
  }

  disconnectAll(): void {
    for (let vector = 0; vector < this.#fds.length; vector++) this.disconnect(vector);
  }

  isConnected(vector: number): boolean {
    return (this.#fds[vector] ?? NONE) !== NONE;
  }

  raise(vector: number): boolean {
    const fd = this.#fds[vector] ?? NONE;
    return fd !== NONE && signalEventfd(fd);
  }
}
