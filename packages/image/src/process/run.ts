import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { formatDuration } from '@coordinator/shared/units';
import type { Options } from 'execa';
import { freeBytes, MIB } from '../cache/space.ts';
import type { SetUpErrorCode } from '../errors.ts';
import { diskFull, SetUpError } from '../errors.ts';
import { type Bounds, bounded } from './bounded.ts';

const STDERR_TAIL_LINES = 20;
const KILL_AFTER_MS = 2000;
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/** Programs that wait for room on a disk wait with less than this left. */
const NO_ROOM_BYTES = MIB;

export interface RunOptions {
  /** What it is for, as it reads after "Could not": "unpack make_4.4.1_amd64.deb". */
  readonly purpose: string;
  /** The code and the remedy of the error should it fail. */
  readonly code: SetUpErrorCode;
  readonly remedy: string;
  /** What to call the program in the error, where it is started through another one. */
  readonly program?: string;
  readonly cwd?: string;
  /** Folder on the disk it writes to, if that is not `cwd`. */
  readonly writesTo?: string;
  /** Beside this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** `env` is all of it. */
  readonly bareEnv?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called with each line the program writes to file descriptor 3. */
  readonly onStatus?: (line: string) => void;
  /** For how long it may neither read nor write a byte; three minutes if not said. */
  readonly stallMs?: number;
}

/**
 * Runs a program to its end and gives what it wrote to stdout. Its messages are in English whatever the user's
 * locale, as some are parsed.
 *
 * @throws SetUpError with the tail of stderr when it fails or does nothing any more; the signal's reason when aborted.
 */
export async function run(file: string, args: readonly string[], options: RunOptions): Promise<Buffer> {
  // On demand: loading it takes longer than a whole warm start, which needs no child process.
  const { execa } = await import('execa');
  options.signal?.throwIfAborted();
  const common = {
    cwd: options.cwd ?? '/',
    env: { LC_ALL: 'C', ...options.env },
    extendEnv: !options.bareEnv,
    encoding: 'buffer',
    stripFinalNewline: false,
    maxBuffer: MAX_OUTPUT_BYTES,
    forceKillAfterDelay: KILL_AFTER_MS,
  } as const satisfies Options;
  try {
    const { onStatus } = options;
    const child = execa(file, args, {
      ...common,
      stdio: ['ignore', 'pipe', 'pipe', ...(onStatus ? (['pipe'] as const) : [])],
      buffer: { fd3: false },
    });
    if (onStatus) {
      const status = child.stdio[3] as unknown as Readable;
      createInterface({ input: status }).on('line', onStatus);
    }
    const result = await bounded(
      [child.pid],
      child,
      boundsFor(file, options, () => child.kill()),
    );
    return Buffer.from(result.stdout as Uint8Array);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error instanceof SetUpError ? error : explainFailure(error as Failure, file, options);
  }
}

/** The bounds of a program: it must go on, and end when it is aborted. */
export function boundsFor(file: string, options: RunOptions, end: () => void): Bounds {
  const { signal, stallMs, purpose, code, remedy, writesTo = options.cwd } = options;
  const stalled = async (quietMs: number): Promise<Error> => {
    const message = `Could not ${purpose}: ${options.program ?? file} has neither read nor written a byte for ${formatDuration(quietMs)}.`;
    if (writesTo !== undefined && ((await freeBytes(writesTo)) ?? Infinity) < NO_ROOM_BYTES) {
      return diskFull(writesTo, new Error(message));
    }
    return new SetUpError(code, message, { remedy });
  };
  return { signal, stallMs, end, stalled };
}

/** How a program ended badly, or why it could not be started. */
export interface Failure {
  readonly code?: string | undefined;
  readonly exitCode?: number | null | undefined;
  readonly signal?: string | null | undefined;
  readonly stderr?: unknown;
}

/** @param error what execa, or a program's end, gave. */
export function explainFailure(error: Failure, file: string, options: RunOptions): unknown {
  const stderr = tail(error.stderr);
  if (/no space left on device|don't have enough free space|disk quota exceeded/i.test(stderr)) {
    return diskFull(options.writesTo ?? options.cwd ?? 'the cache', error, stderr);
  }
  if (error.code === 'ENOENT') {
    return new SetUpError('host-unsupported', `Could not ${options.purpose}: there is no ${file} here.`, {
      remedy: `Install ${file}.`,
      cause: error,
    });
  }
  const how = error.signal
    ? `was ended by ${error.signal}`
    : `ended with exit status ${error.exitCode ?? 'unknown'}`;
  return new SetUpError(options.code, `Could not ${options.purpose}: ${options.program ?? file} ${how}.`, {
    remedy: options.remedy,
    cause: error,
    stderr,
  });
}

function tail(output: unknown): string {
  const text = output instanceof Uint8Array ? Buffer.from(output).toString('utf8') : String(output ?? '');
  return text.trimEnd().split('\n').slice(-STDERR_TAIL_LINES).join('\n');
}
