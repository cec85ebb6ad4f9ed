import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Options } from 'execa';
import type { SetUpErrorCode } from '../errors.ts';
import { diskFull, SetUpError } from '../errors.ts';

const STDERR_TAIL_LINES = 20;
const KILL_AFTER_MS = 2000;
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

export interface RunOptions {
  /** What it is for, as it reads after "Could not": "unpack make_4.4.1_amd64.deb". */
  readonly purpose: string;
  /** The code and the remedy of the error should it fail. */
  readonly code: SetUpErrorCode;
  readonly remedy: string;
  /** What to call the program in the error, where it is started through another one. */
  readonly program?: string;
  readonly cwd?: string;
  /** Beside this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** `env` is all of it. */
  readonly bareEnv?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called with each line the program writes to file descriptor 3. */
  readonly onStatus?: (line: string) => void;
}

/**
 * Runs a program to its end and gives what it wrote to stdout. Its messages are in English whatever the user's
 * locale, as some are parsed.
 *
 * @throws SetUpError with the tail of stderr when it fails; the signal's reason when aborted.
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
    ...(options.signal && { cancelSignal: options.signal }),
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
    return Buffer.from((await child).stdout as Uint8Array);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw explainFailure(error as Failure, file, options);
  }
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
    return diskFull(options.cwd ?? 'the cache', error, stderr);
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
