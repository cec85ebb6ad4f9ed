import type { MakeDevice } from '../device/device.ts';
import type { Channel } from './control.ts';
import { Server } from './server.ts';

/** One line for each event, and no requests. */
class Journal implements Channel {
  readonly fd = -1;
  readonly outputFd = -1;
  readonly blocked = false;
  readonly write: (message: object) => void;

  constructor(onEvent: (event: object) => void) {
    this.write = onEvent;
  }

  read(): boolean {
    return true;
  }

  flush(): void {}
}

/**
 * Serves one device at the UNIX socket `socket` (an absolute path, 107 bytes at most), one client after the other,
 * until the process ends. `onEvent` is told of each connection, its end, and refused requests; stderr unless given.
 * @throws Error if the socket cannot be made
 */
export function serve(
  socket: string,
  make: MakeDevice,
  onEvent: (event: object) => void = (event) => process.stderr.write(`${JSON.stringify(event)}\n`),
): never {
  // The socket is for its owner only.
  process.umask(0o177);
  const server = new Server(new Journal(onEvent), (_options, port) => make(port));
  server.add({ id: 'device', socket, options: null });
  server.run();
  throw new Error('the server has ended');
}
