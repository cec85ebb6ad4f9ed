import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CoordinatorError, messageOf } from '@coordinator/base/errors';
import {
  endProcess,
  findMarkedProcesses,
  markerEnvironment,
  ownIdentity,
  type ProcessIdentity,
} from '@coordinator/machine/process';

/** What its process is marked with; no run is called so. */
const RUN = 'queue';
/** Valkey writes what is left to its disk when it is told to end. */
const END_MS = 10_000;

/**
 * Makes the shell's process the owner in its own marker, and becomes the server: it belongs to no command, and must not be
 * ended as what one has left behind. Field 22 of proc_pid_stat(5) is the 20th behind the name in parentheses.
 */
const BECOME_OWNER = `start() { echo "\${20}"; }
stat=$(cat /proc/$$/stat)
COORDINATOR_OWNER=$$.$(start \${stat##*) }).$COORDINATOR_NAMESPACE
export COORDINATOR_OWNER
exec "$@"`;

/** The server that keeps its data in `folder`, if one runs. */
export function findServer(folder: string): ProcessIdentity | null {
  const found = findMarkedProcesses().find(({ run, runtime }) => run === RUN && runtime === folder);
  return found?.identity ?? null;
}

/** Starts it, beyond the life of this process. @throws CoordinatorError when it cannot be started. */
export async function spawnServer(command: readonly string[], config: string, folder: string): Promise<void> {
  const owner = ownIdentity();
  const marker = markerEnvironment({ run: RUN, owner, role: 'helper', runtime: folder });
  const child = spawn('sh', ['-c', BECOME_OWNER, 'sh', ...command, config], {
    stdio: 'ignore',
    detached: true,
    cwd: folder,
    env: { ...process.env, ...marker, COORDINATOR_NAMESPACE: owner.namespace },
  });
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new CoordinatorError(`the server of the queue cannot be started: ${messageOf(error)}`);
  }
  child.unref();
}

/** @returns whether there was one, and it is gone. @throws CoordinatorError when it does not end. */
export async function endServer(folder: string): Promise<boolean> {
  const server = findServer(folder);
  if (server === null) return false;
  if (await endProcess(server, END_MS)) return true;
  throw new CoordinatorError(`the server of the queue, process ${server.pid}, does not end`);
}
