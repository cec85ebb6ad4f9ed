import { statSync } from 'node:fs';
import { ownUid } from '@coordinator/base/user';

const OTHERS_MAY_WRITE = 0o022;

/** Whether a file is this user's, and nobody else may write to it: it says what is to be run. @throws the file system's error */
export function isOwn(path: string): boolean {
  const { uid, mode } = statSync(path);
  return uid === ownUid() && (mode & OTHERS_MAY_WRITE) === 0;
}
