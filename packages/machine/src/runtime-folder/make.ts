import { lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoordinatorError, hasCode, messageOf } from '@coordinator/base/errors';
import { ownUid } from '@coordinator/base/user';
import type { ProcessIdentity } from '../process/index.ts';

/** Longest path a UNIX socket can have: sockaddr_un.sun_path without its final zero, unix(7). */
const MAX_SOCKET_PATH = 107;
/** Room for a socket's name behind a run's runtime folder. */
const MAX_SOCKET_NAME = 32;

export const NOTE_FILE = 'run.json';

/** What a run notes down, before it starts anything, for the command that finds it dead. */
export interface RunNote {
  readonly run: string;
  readonly owner: ProcessIdentity;
  /** The run's folder in the run store; null for what is no run, and has no report. */
  readonly folder: string | null;
}

/** Makes the folder for a run's sockets, with its note in it. Only this user may enter it. */
export function createRuntimeFolder(note: RunNote): string {
  const folder = join(userRuntimeFolder(), note.run);
  try {
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(folder, NOTE_FILE), JSON.stringify(note), { mode: 0o600 });
  } catch (error) {
    throw new CoordinatorError(`the runtime folder ${folder} cannot be made: ${messageOf(error)}`, {
      remedy: 'make it writable, or set XDG_RUNTIME_DIR to a folder of yours',
    });
  }
  return folder;
}

export function removeRuntimeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** The folder of all of this user's runs. In a place anybody may write to, it must be ours and nobody else's. */
export function userRuntimeFolder(): string {
  const uid = ownUid();
  const candidates = [process.env['XDG_RUNTIME_DIR'], tmpdir(), '/tmp'].flatMap((base) =>
    base && !isOfSession(base) ? [join(base, `coordinator-${uid}`)] : [],
  );
  const runIdLength = '20261122-184500-x7q2'.length;
  const fitting = candidates.find(
    (folder) => folder.length + runIdLength + MAX_SOCKET_NAME + 2 <= MAX_SOCKET_PATH,
  );
  const folder = fitting ?? '/tmp';
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw unusable(folder, messageOf(error));
  }
  const stat = lstatSync(folder);
  if (!stat.isDirectory() || stat.uid !== uid || (stat.mode & 0o077) !== 0) {
    throw unusable(folder, 'it is not a folder of this user alone');
  }
  return folder;
}

/**
 * What systemd-logind gives a user it removes with the last of the user's sessions, pam_systemd(8); a run may outlive
 * that, under nohup(1) or screen(1).
 */
function isOfSession(folder: string): boolean {
  return folder.startsWith('/run/user/');
}

function unusable(folder: string, why: string): CoordinatorError {
  return new CoordinatorError(`the runtime folder ${folder} cannot be used: ${why}`, {
    remedy: 'remove it, or set XDG_RUNTIME_DIR to a folder of yours',
  });
}
