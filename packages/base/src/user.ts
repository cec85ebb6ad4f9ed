import { homedir } from 'node:os';
import { join } from 'node:path';
import { CoordinatorError } from './errors.ts';

/**
 * Who runs this. `userInfo()` asks for a name too, which a user of a container need not have: /etc/passwd may not know
 * them.
 */
export const ownUid = (): number => process.geteuid?.() ?? 0;

/** This user's home folder. @throws CoordinatorError when neither $HOME nor /etc/passwd knows one */
export function homeFolder(): string {
  try {
    return homedir();
  } catch {
    throw new CoordinatorError(`user ${ownUid()} has no home folder`, { remedy: 'set $HOME' });
  }
}

/**
 * `${XDG_CACHE_HOME:-~/.cache}/coordinator`; a relative $XDG_CACHE_HOME is to be ignored, says its specification.
 * @throws CoordinatorError as {@link homeFolder}
 */
export function cacheFolder(): string {
  const configured = process.env['XDG_CACHE_HOME'];
  return join(configured?.startsWith('/') ? configured : join(homeFolder(), '.cache'), 'coordinator');
}
