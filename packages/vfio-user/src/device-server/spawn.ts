import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export interface ServerProgram {
  /** The program of the process: one that calls `serveProcess`. */
  readonly entry: string;
  /** Node; this one unless given. */
  readonly execPath?: string;
  /** Environment of the process; this one's unless given. */
  readonly env?: NodeJS.ProcessEnv;
}

export type ServerProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** Young objects are few and short-lived here: small heaps keep the process small. */
const NODE_FLAGS = ['--max-semi-space-size=1', '--max-old-space-size=64', '--no-warnings'];

/**
 * Starts a server process for a `DeviceServer`. Its process group is its own, so that Ctrl-C at the terminal does not take
 * the devices from running guests; it ends by itself when this process ends.
 * @param devices to serve from the start
 */
export function spawnServer(
  { entry, execPath = process.execPath, env = process.env }: ServerProgram,
  devices: readonly object[] = [],
): ServerProcess {
  return spawn(execPath, [...NODE_FLAGS, entry, JSON.stringify(devices)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env,
    detached: true,
  });
}
