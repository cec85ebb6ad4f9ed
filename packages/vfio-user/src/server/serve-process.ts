import type { DeviceFactory } from '../device/device.ts';
import { Control } from './control.ts';
import { parseDevices } from './control-protocol.ts';
import { Server } from './server.ts';

/**
 * The whole of a server process: `program [DEVICES]`, DEVICES being a JSON array of devices to serve from the start.
 * Controlled by lines of JSON on stdin, answers and events on stdout (`DeviceServer` is the other end); ends with
 * stdin. `name` is what its devices are called in messages.
 */
export function serveProcess(name: string, factory: DeviceFactory): void {
  // Sockets are for their owner only.
  process.umask(0o177);
  try {
    const server = new Server(new Control(), factory);
    for (const device of parseDevices(process.argv[2] ?? '[]')) server.add(device);
    server.run();
  } catch (error) {
    process.stderr.write(`${name} server: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
