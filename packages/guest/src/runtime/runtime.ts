/**
 * What the agent asks of the JavaScript engine it runs in. QuickJS is the one that guests are given; Node serves
 * guests that have it, and tests. Nothing outside this folder may use an engine's own modules or globals.
 */
export interface Runtime {
  readonly name: 'quickjs' | 'node';
  /** Command line behind the script's name. */
  readonly arguments: readonly string[];
  readonly files: Files;
  readonly processes: Processes;
  readonly clock: Clock;
  /** Starts a program and stays joined to its standard input and output. Never throws. */
  pipe(options: PipeOptions): Pipe;
  /** Waits, and everything else with it, in a guest that others are to be restored from, until this is one of those. */
  readonly hold?: (() => void) | undefined;
  /** Calls `listener` when the agent is asked to end (SIGTERM). */
  onTerminate(listener: () => void): void;
  /** Writes one line on stderr, which is the console in a guest. */
  complain(line: string): void;
  /** Ends the agent. Children still running are killed. */
  exit(status: number): void;
}

/**
 * The file system, synchronously: what the agent reads is the kernel's own, or a few hundred bytes on the share.
 * Whatever throws throws a {@link FileError}.
 */
export interface Files {
  /** At most `maxBytes` of a file's text. Works on /proc and /sys, where a file's size reads as 0. */
  readText(path: string, maxBytes?: number): string;
  /** Where a symbolic link points; null when there is none at `path`. */
  readLink(path: string): string | null;
  /** Sorted names in a folder; none when it cannot be read. */
  list(folder: string): readonly string[];
  /** What `path` leads to, links followed; null when there is nothing. */
  stat(path: string): FileStatus | null;
  /** Makes a folder and its parents, as far as they are missing. */
  makeFolder(path: string): void;
  /** Creates or replaces a file. */
  write(path: string, content: string | Uint8Array): void;
  /** Creates or replaces `to` with the content of `from`, executable. */
  copyExecutable(from: string, to: string): void;
  /** Opens a file to write at its end, creating it if need be. */
  openAppend(path: string): AppendFile;
  /** Opens a file to read it from its start, as it grows. */
  openRead(path: string): ReadFile;
}

export interface ReadFile {
  /** Fills `buffer` with what follows; returns how many bytes, 0 when there are no more yet. */
  read(buffer: Uint8Array): number;
}

export interface AppendFile {
  /** One write(2). Returns how many bytes it took, which may be fewer than there are. */
  write(bytes: Uint8Array): number;
  close(): void;
}

export interface FileStatus {
  readonly kind: 'file' | 'folder' | 'character-device' | 'other';
  /** Whether anybody may execute it. */
  readonly executable: boolean;
  /** Device number of a device file. */
  readonly major: number;
  readonly minor: number;
}

export class FileError extends Error {
  override readonly name = 'FileError';
}

export type OutputStream = 'stdout' | 'stderr';

export interface RunOptions {
  /** Path of the program, then its arguments. It gets no input. */
  readonly command: readonly [string, ...string[]];
  /** Milliseconds until it gets SIGTERM; see {@link TimeLimit}. */
  readonly limitMs: number;
  /** Its folder; the agent's own unless given. */
  readonly cwd?: string;
  /** All of its environment; the agent's own unless given. */
  readonly env?: Readonly<Record<string, string>>;
  /** It makes a process group of its own (setsid(1) does): signals go to all of that, and who is left of it at its end is killed. */
  readonly leadsGroup?: boolean;
  /** The largest piece for `onOutput`, as nothing else is done while that looks at one. */
  readonly pieceBytes?: number;
  /** Gets the output as it comes. `bytes` is only good until the call returns. Once it was enough, it is killed. */
  readonly onOutput: (stream: OutputStream, bytes: Uint8Array) => undefined | 'enough';
}

export type ProcessEnd =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  /** Not started, or out of reach: `reason` says which. */
  | { readonly kind: 'lost'; readonly reason: string };

export interface RunResult {
  readonly end: ProcessEnd;
  /** Whether the time limit ran out before. */
  readonly timedOut: boolean;
}

export interface Processes {
  /** Runs a program without blocking timers. Rejects only with what `onOutput` threw. */
  run(options: RunOptions): Promise<RunResult>;
}

/** A write of this size to a pipe that has room never blocks (PIPE_BUF and the size of a page, pipe(7)). */
export const PIECE_BYTES = 4096;

export interface PipeOptions {
  /** Path of the program, then its arguments. Its messages go where the agent's do. */
  readonly command: readonly [string, ...string[]];
  /** The next bytes for it, at most {@link PIECE_BYTES}; null when there are none. Asked when it can take some. */
  readonly next: () => Uint8Array | null;
  /** Gets its output as it comes. `bytes` is only good until the call returns. */
  readonly onOutput: (bytes: Uint8Array) => void;
  /** It ended, could not be started, or cannot be written to. Not called after {@link Pipe.close}. */
  readonly onEnd: (reason: string) => void;
}

export interface Pipe {
  /** `next` has bytes again. */
  wake(): void;
  /** Ends the program. */
  close(): void;
}

/** Times are milliseconds. */
export interface Clock {
  /** Monotonic, from an arbitrary start. */
  now(): number;
  /** Calls `callback` once; the result cancels it. */
  after(delay: number, callback: () => void): () => void;
  sleep(delay: number): Promise<void>;
  /** Stops everything, timers included. */
  block(delay: number): void;
}

/** Status a shell, and QuickJS, give a program that could not be executed. */
export const CANNOT_EXECUTE = 127;
