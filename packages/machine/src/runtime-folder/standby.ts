import { readlinkSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { userRuntimeFolder } from './make.ts';

/** Names no guest has. */
const PATTERN = /^standby-\d+$/;

/** What a VMM is marked with that is started before it is known whose it will be: markers cannot be changed. */
export function standbyName(number: number): string {
  return `standby-${number}`;
}

export const isStandby = (name: string): boolean => PATTERN.test(name);

/** Notes whose VMM it has become. */
export async function noteGuestOf(runtimeFolder: string, standby: string, guest: string): Promise<void> {
  await symlink(guest, linkOf(runtimeFolder, standby));
}

/**
 * Whose VMM of that run it is that is marked with `name`; null when it stands by and is nobody's yet.
 * @param runtime the folder with the run's runtime folder in it, when it is not this user's usual one
 */
export function guestOf(run: string, name: string, runtime = userRuntimeFolder()): string | null {
  if (!isStandby(name)) return name;
  try {
    return readlinkSync(linkOf(join(runtime, run), name));
  } catch {
    return null;
  }
}

function linkOf(runtimeFolder: string, standby: string): string {
  return join(runtimeFolder, `${standby}.guest`);
}
