/**
 * Entry of the engine server process: `engine-server.js [DEVICES]`, DEVICES being a JSON array of devices to
 * serve from the start. Controlled by lines of JSON on stdin, answers and events on stdout; it ends with stdin.
 */
import { Control } from './server/control.ts';
import { parseDevices } from './server/control-protocol.ts';
import { Server } from './server/server.ts';

// Sockets are for their owner only.
process.umask(0o177);

try {
  const server = new Server(new Control());
  for (const device of parseDevices(process.argv[2] ?? '[]')) server.add(device);
  server.run();
} catch (error) {
  process.stderr.write(`engine server: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
