import { Errno, RequestError } from '../errno.ts';
import type { PluggableLines } from '../session/irqs.ts';
import { closeFd, isEventfd, setNonBlocking, signalEventfd } from '../syscalls/index.ts';

const NONE = -1;

/** One eventfd a vector, as the client hands them over. */
export class EventfdLines implements PluggableLines {
  /** By vector. */
  readonly #fds: number[] = [];

  connect(vector: number, fd: number): void {
    // Anything else could block the writer, and with it every device of this process.
    if (!isEventfd(fd)) {
      closeFd(fd);
      throw new RequestError(Errno.EINVAL, `what was given for vector ${vector} is no eventfd`);
    }
    setNonBlocking(fd);
    this.disconnect(vector);
    while (this.#fds.length < vector) this.#fds.push(NONE);
    this.#fds[vector] = fd;
  }

  disconnect(vector: number): void {
    const fd = this.#fds[vector] ?? NONE;
    if (fd === NONE) return;
    closeFd(fd);
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
