/** What went wrong, for scripts; the message says it for people. */
export type SetUpErrorCode =
  | 'no-apt'
  | 'keyring-missing'
  | 'download-failed'
  | 'package-missing'
  | 'unpack-failed'
  | 'cache-unwritable'
  | 'disk-full'
  | 'namespaces-forbidden'
  | 'build-failed'
  | 'qemu-unusable'
  | 'file-missing'
  | 'host-unsupported'
  | 'kernel-unknown'
  | 'kernel-unusable';

export interface SetUpErrorDetails {
  /** What the user can do about it: one imperative sentence. */
  readonly remedy: string;
  readonly cause?: unknown;
  /** The last lines the failing program wrote to stderr. */
  readonly stderr?: string;
}

/** Set-up could not be finished. The cache is left as it was: running set-up again carries on from there. */
export class SetUpError extends Error {
  override readonly name = 'SetUpError';
  readonly code: SetUpErrorCode;
  readonly remedy: string;
  /** The last lines the failing program wrote to stderr, or ''. */
  readonly stderr: string;

  constructor(code: SetUpErrorCode, message: string, details: SetUpErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.remedy = details.remedy;
    this.stderr = details.stderr ?? '';
  }
}

const CACHE_REMEDY = 'Give another folder with --cache DIR or $XDG_CACHE_HOME.';

/** Turns a file system error about the cache into one that names the remedy; anything else passes unchanged. */
export function explainFileError(error: unknown, path: string): unknown {
  if (error instanceof SetUpError || !(error instanceof Error) || !('code' in error)) return error;
  const { code } = error;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(path, error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EEXIST') {
    return new SetUpError(
      'cache-unwritable',
      `The cache folder ${path} cannot be written (${String(code)}).`,
      {
        remedy: CACHE_REMEDY,
        cause: error,
      },
    );
  }
  return error;
}

/** The disk that holds `path` is full. */
export function diskFull(path: string, cause: unknown, stderr = ''): SetUpError {
  return new SetUpError('disk-full', `The disk that holds ${path} is full.`, {
    remedy: `Free some there (a first set-up takes about 1 GiB), or choose another disk: ${CACHE_REMEDY}`,
    cause,
    stderr,
  });
}
