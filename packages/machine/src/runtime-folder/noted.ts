import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { isAlive, processIdentitySchema } from '../process/index.ts';
import { NOTE_FILE, type RunNote, userRuntimeFolder } from './make.ts';

const HELD = '.held';

const noteSchema: z.ZodType<RunNote> = z.object({
  run: z.string(),
  owner: processIdentitySchema,
  folder: z.string().nullable(),
});

export interface NotedRun extends RunNote {
  readonly runtimeFolder: string;
  readonly alive: boolean;
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
    return noteSchema.parse(JSON.parse(readFileSync(join(runtimeFolder, NOTE_FILE), 'utf8')));
  } catch {
    return null;
  }
}
