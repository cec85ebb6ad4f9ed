import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoordinatorError, hasCode, messageOf } from '@coordinator/base/errors';
import { ownUid } from '@coordinator/base/user';
import * as z from 'zod';
import { isAlive, processIdentitySchema } from '../process/index.ts';

/** Longest path a UNIX socket can have: sockaddr_un.sun_path without its final zero, unix(7). */
const MAX_SOCKET_PATH = 107;
/** Room for a socket's name behind a run's runtime folder. */
const MAX_SOCKET_NAME = 32;

const HELD = '.held';

const noteSchema = z.object({
  run: z.string(),
  owner: processIdentitySchema,
  /** The run's folder in the run store; null for what is no run, and has no report. */
  folder: z.string().nullable(),
});

/** What a run notes down, before it starts anything, for the command that finds it dead. */
export type RunNote = z.infer<typeof noteSchema>;

export interface NotedRun extends RunNote {
  readonly runtimeFolder: string;
  readonly alive: boolean;
}

/** Makes the folder for a run's sockets, with its note in it. Only this user may enter it. */
export function createRuntimeFolder(note: RunNote): string {
  const folder = join(userRuntimeFolder(), note.run);
  try {
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(folder, 'run.json'), JSON.stringify(note), { mode: 0o600 });
  } catch (error) {
    throw new CoordinatorError(`the runtime folder ${folder} cannot be made: ${messageOf(error)}`, {
      remedy: 'make it writable, or set XDG_RUNTIME_DIR to a folder of yours',
    });
  }
  return folder;
}

/** Where commands are asked for in a guest of that run: a socket. */
export function commandsOf(runtimeFolder: string, guest: string): string {
  return join(runtimeFolder, `${guest}.commands`);
}

/** Where a guest of that run is released that is held: a socket, which is there for as long as it is. */
export function releaseOf(runtimeFolder: string, guest: string): string {
  return join(runtimeFolder, `${guest}${HELD}`);
}

/** The guests of that run that are held. */
export function heldGuests(runtimeFolder: string): string[] {
  const names = existsSync(runtimeFolder) ? readdirSync(runtimeFolder) : [];
  return names.filter((name) => name.endsWith(HELD)).map((name) => name.slice(0, -HELD.length));
}

export function removeRuntimeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** All runs of this user that still have a runtime folder, oldest first. */
export function listNotedRuns(): NotedRun[] {
  const base = userRuntimeFolder();
  return readdirSync(base)
    .sort()
    .map((name) => join(base, name))
    .flatMap((runtimeFolder) => {
      const note = readNote(runtimeFolder);
      return note ? [{ ...note, runtimeFolder, alive: isAlive(note.owner) }] : [];
    });
}

function readNote(runtimeFolder: string): RunNote | null {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(join(runtimeFolder, 'run.json'), 'utf8')));
  } catch {
    return null;
  }
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
