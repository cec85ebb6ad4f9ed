import { homedir } from 'node:os';
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
