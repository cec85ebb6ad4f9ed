import { CoordinatorError, messageOf } from '@coordinator/base/errors';
import { exitCodes } from '@coordinator/shared/report/exit-code';

/**
 * - `unwritable`: a run cannot be kept there
 * - `disk-full`: no space, or the user's quota is used up
 * - `not-found`: no such run
 * - `damaged`: what is there is no run, or not enough of one
 */
export type StoreErrorCode = 'unwritable' | 'disk-full' | 'not-found' | 'damaged';

export class StoreError extends CoordinatorError {
  readonly code: StoreErrorCode;
  readonly path: string;

  constructor(
    code: StoreErrorCode,
    path: string,
    message: string,
    options: { remedy?: string; cause?: unknown } = {},
  ) {
    // Asking for a run that is not there is a mistake of the command line; the rest is the machine's.
    super(message, { ...options, exitCode: code === 'not-found' ? exitCodes.usage : exitCodes.unavailable });
    this.code = code;
    this.path = path;
  }
}

const fullCodes = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** What a failed write in the run store means. `doing` completes "cannot …", as in "write the events". */
export function writeFailure(error: unknown, path: string, doing: string): StoreError {
  if (error instanceof StoreError) return error;
  const full = fullCodes.includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
  return full
    ? new StoreError('disk-full', path, `cannot ${doing}: no space left for ${path}`, {
        remedy: 'free some space there, or choose another place with --runs DIR',
        cause: error,
      })
    : new StoreError('unwritable', path, `cannot ${doing}: ${messageOf(error)}`, {
        remedy: 'choose a folder that can be written with --runs DIR',
        cause: error,
      });
}
