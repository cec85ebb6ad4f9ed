import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CoordinatorError, hasCode, messageOf } from '@coordinator/base/errors';
import { homeFolder, ownUid } from '@coordinator/base/user';

/** What a local queue is made of. Only this user may read it: there are secrets in it. */
export interface StateFolder {
  readonly path: string;
  /** What lies in the queue. */
  readonly data: string;
  readonly config: string;
  readonly log: string;
  readonly passwordFile: string;
  readonly keyFile: string;
  readonly portFile: string;
}

/** `${XDG_STATE_HOME:-~/.local/state}/coordinator/queue`, as the XDG base directory specification has it. */
export function stateFolder(environment: NodeJS.ProcessEnv = process.env): StateFolder {
  const base = environment['XDG_STATE_HOME'] || join(homeFolder(), '.local', 'state');
  const path = join(base, 'coordinator', 'queue');
  return {
    path,
    data: join(path, 'data'),
    config: join(path, 'valkey.conf'),
    log: join(path, 'valkey.log'),
    passwordFile: join(path, 'password'),
    keyFile: join(path, 'key'),
    portFile: join(path, 'port'),
  };
}

/** Makes it, with secrets of its own, unless it is there. @throws CoordinatorError */
export function makeStateFolder({ path, data, passwordFile, keyFile }: StateFolder): void {
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 });
    const { uid, mode } = lstatSync(path);
    if (uid !== ownUid() || (mode & 0o077) !== 0) throw new Error('it is not a folder of this user alone');
    for (const file of [passwordFile, keyFile]) makeSecret(file);
  } catch (error) {
    throw new CoordinatorError(`the folder of the queue ${path} cannot be used: ${messageOf(error)}`, {
      remedy: 'make it a folder that only you may enter, or set XDG_STATE_HOME to one of yours',
      cause: error,
    });
  }
}

function makeSecret(file: string): void {
  try {
    writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

/** The text of one of its files without the newline; null when it is not there. */
export function readState(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}
