import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { ProcessMarker } from '@coordinator/machine/process';
import { startVmmChild, type VmmChild } from '@coordinator/machine/vmm';
import { leaseCid } from './cid.ts';
import type { VsockEndpoint, VsockProvider } from './endpoint.ts';
import { untilListening } from './until-listening.ts';

export interface UserVsockOptions {
  /** How to run vhost-device-vsock. */
  readonly command: readonly string[];
  /** Where sockets go; short, and ours alone. */
  readonly runtimeFolder: string;
  readonly marker: Omit<ProcessMarker, 'role'>;
}

/**
 * Guests' vsock without the kernel's help: a vhost-device-vsock process each, of 3 MB, so that one that dies takes
 * no other guest's connection with it. What a guest connects to on port P arrives on the UNIX socket `PATH_P`.
 */
export class UserVsock implements VsockProvider {
  readonly #options: UserVsockOptions;

  constructor(options: UserVsockOptions) {
    this.#options = options;
  }

  async open(guest: string): Promise<VsockEndpoint> {
    const { command, runtimeFolder, marker } = this.#options;
    const lease = await leaseCid();
    const { cid } = lease;
    const port = cid;
    const socket = join(runtimeFolder, `${guest}.vhost`);
    const path = join(runtimeFolder, `${guest}.vsock`);
    const hostSocket = `${path}_${port}`;
    const { server, connection } = await listen(hostSocket);
    let device: VmmChild | null = null;
    let closing: Promise<void> | null = null;
    const takeDown = async () => {
      device?.kill();
      await device?.exited;
      // Not awaited: it ends when the connection, which still gives what it holds, has.
      server.close();
      await Promise.all([socket, path, hostSocket].map((file) => rm(file, { force: true })));
      await lease.release();
    };
    const close = () => {
      closing ??= takeDown();
      return closing;
    };
    try {
      const args = ['--guest-cid', String(cid), '--socket', socket, '--uds-path', path];
      device = await startVmmChild(command, args, { ...marker, role: 'helper', guest });
      device.stdout.resume();
      await untilListening('vsock server', device, () => existsSync(socket));
    } catch (error) {
      await close();
      throw error;
    }
    return { device: { kind: 'vhost-user', cid, socket }, port, connection, close };
  }
}

async function listen(path: string): Promise<{ server: Server; connection: Promise<Socket> }> {
  let connected: (socket: Socket) => void = () => {};
  const connection = new Promise<Socket>((resolve) => {
    connected = resolve;
  });
  let first = true;
  const server = createServer((socket) => {
    if (first) connected(socket);
    else socket.destroy();
    first = false;
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return { server, connection };
}
