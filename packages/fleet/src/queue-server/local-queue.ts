import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CoordinatorError, messageOf } from '@coordinator/base/errors';
import { connect, type QueueAddress } from '../link/index.ts';
import { serverConfig } from './config.ts';
import { endServer, findServer, spawnServer } from './server-process.ts';
import { makeStateFolder, readState, type StateFolder, stateFolder } from './state-folder.ts';

const START_MS = 60_000;
const LOOK_MS = 100;

export interface LocalQueue {
  readonly address: QueueAddress;
  readonly folder: StateFolder;
}

/** The queue of this user on this machine. @throws CoordinatorError when it does not run. */
export function findLocalQueue(): LocalQueue {
  const folder = stateFolder();
  const port = Number(readState(folder.portFile));
  if (findServer(folder.path) === null || !port)
    throw new CoordinatorError('no queue runs on this machine', {
      remedy: 'coordinator fleet up starts one; or give its address: --queue redis://HOST',
    });
  return { address: addressOf(folder, port), folder };
}

/**
 * Starts it, or finds that it runs. What lay in it is there again.
 * @param findCommand how to run its server
 * @throws CoordinatorError
 */
export async function startLocalQueue(
  findCommand: () => Promise<readonly string[]>,
  signal: AbortSignal,
): Promise<LocalQueue & { readonly wasUp: boolean }> {
  const folder = stateFolder();
  if (findServer(folder.path) !== null) return { ...findLocalQueue(), wasUp: true };
  makeStateFolder(folder);
  const command = await findCommand();
  const port = await choosePort(Number(readState(folder.portFile)));
  writeFileSync(folder.portFile, `${port}\n`, { mode: 0o600 });
  const password = readState(folder.passwordFile) ?? '';
  const config = serverConfig({ port, password, data: folder.data, log: folder.log });
  writeFileSync(folder.config, config, { mode: 0o600 });
  await spawnServer(command, folder.config, folder.path);
  await untilReady(folder, port, signal);
  return { ...findLocalQueue(), wasUp: false };
}

/** @returns whether one ran. */
export async function stopLocalQueue(): Promise<boolean> {
  return endServer(stateFolder().path);
}

function addressOf({ passwordFile }: StateFolder, port: number): QueueAddress {
  const password = readState(passwordFile);
  return { host: '127.0.0.1', port, database: 0, tls: false, user: null, password };
}

async function untilReady(folder: StateFolder, port: number, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + START_MS;
  let failure: unknown = null;
  while (performance.now() < deadline) {
    await sleep(LOOK_MS, undefined, { signal });
    try {
      const client = await connect(addressOf(folder, port));
      client.disconnect();
      return;
    } catch (error) {
      failure = error;
    }
    if (findServer(folder.path) === null) break;
  }
  await endServer(folder.path);
  throw new CoordinatorError(
    `the server of the queue did not start: ${lastWords(folder) || messageOf(failure)}`,
    {
      remedy: `its whole log is ${folder.log}`,
    },
  );
}

function lastWords({ log }: StateFolder): string {
  try {
    return readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? '';
  } catch {
    return '';
  }
}

/** The one it had, so that workers find it again; another when somebody else has that now. */
async function choosePort(before: number): Promise<number> {
  return (await listenOn(before || 0)) ?? (await listenOn(0)) ?? 6379;
}

function listenOn(port: number): Promise<number | null> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : null));
    });
  });
}
