import { createServer, type Server } from 'node:net';
import { dirname } from 'node:path';
import { messageOf } from '@coordinator/base/errors';
import { releaseOf } from '@coordinator/machine/runtime-folder';
import type { Vmm } from '@coordinator/machine/vmm';

/**
 * By which people let a guest go on that is held: a socket that is there for as long as it is. Whoever connects releases
 * it, and sees the connection end when that is done.
 */
export class ReleaseDoor {
  readonly #path: string;
  readonly #onRelease: () => void;
  #server: Server | null = null;

  /** Beside the port for commands; null for a guest that has none, which nobody can look into. */
  static of({ commandPort }: Vmm, guest: string, onRelease: () => void): ReleaseDoor | null {
    if (!commandPort) return null;
    return new ReleaseDoor(releaseOf(dirname(commandPort.path), guest), onRelease);
  }

  /** @param path in a folder that only this user may enter */
  constructor(path: string, onRelease: () => void) {
    this.#path = path;
    this.#onRelease = onRelease;
  }

  /** May be called again. @param onBroken hears, in one sentence, that nobody can come */
  open(onBroken: (problem: string) => void): void {
    if (this.#server) return;
    const server = createServer((socket) => {
      socket.on('error', () => {});
      this.close();
      this.#onRelease();
      socket.end();
    });
    server.on('error', (error) => onBroken(`it cannot be released: ${messageOf(error)}`));
    server.listen(this.#path);
    this.#server = server;
  }

  /** The socket is gone. May be called again. */
  close(): void {
    this.#server?.close();
    this.#server = null;
  }
}
