import { createConnection, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode } from '@coordinator/base/errors';

/** Connects to a UNIX socket of a VMM; null while nobody listens there yet. */
export function tryConnect(path: string): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('connect', () => resolve(socket));
    // Stays: an error that comes between here and the client's own listener must find one.
    socket.on('error', (error) => {
      if (hasCode(error, 'ENOENT', 'ECONNREFUSED')) resolve(null);
      else reject(error);
    });
  });
}

const POLL_MS = 10;

/** As {@link tryConnect}, as soon as somebody listens; null when `signal` aborts first. */
export async function untilConnected(path: string, signal: AbortSignal): Promise<Socket | null> {
  while (!signal.aborted) {
    const socket = await tryConnect(path);
    if (socket) return socket;
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
  return null;
}
