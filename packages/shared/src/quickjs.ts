/**
 * The parts of QuickJS's `std` and `os` modules (2025-04-26) that the agent and the lab's exec daemon use. Types alone:
 * the modules are QuickJS's own. Source: https://bellard.org/quickjs/quickjs.html#Standard-library
 */

export interface QuickJsFile {
  /** 0, or an errno below zero. */
  close(): number;
  puts(text: string): void;
  flush(): void;
  readAsString(maxBytes?: number): string;
}

export interface QuickJsStd {
  readonly err: QuickJsFile;
  exit(status: number): never;
  getenviron(): Record<string, string>;
  /** Null on error; `error.errno` then says which. */
  open(path: string, mode: string, error?: { errno?: number }): QuickJsFile | null;
  strerror(errno: number): string;
}

/** What a system call gave: zero or above, or minus the errno. */
type Returned = number;

export interface QuickJsOs {
  readonly O_RDONLY: number;
  readonly O_WRONLY: number;
  readonly O_RDWR: number;
  readonly O_APPEND: number;
  readonly O_CREAT: number;
  readonly O_TRUNC: number;
  readonly S_IFMT: number;
  readonly S_IFREG: number;
  readonly S_IFDIR: number;
  readonly S_IFCHR: number;
  readonly SIGTERM: number;
  readonly SIGINT: number;
  readonly SIGPIPE: number;
  readonly WNOHANG: number;
  open(path: string, flags: number, mode?: number): Returned;
  close(fd: number): Returned;
  read(fd: number, buffer: ArrayBuffer, offset: number, length: number): Returned;
  write(fd: number, buffer: ArrayBuffer, offset: number, length: number): Returned;
  mkdir(path: string, mode?: number): Returned;
  remove(path: string): Returned;
  stat(path: string): [{ readonly mode: number; readonly rdev: number } | null, number];
  readlink(path: string): [string, number];
  readdir(path: string): [string[], number];
  /** [read end, write end]. */
  pipe(): [number, number] | null;
  exec(
    command: readonly string[],
    options: {
      block: false;
      usePath: false;
      cwd?: string;
      env?: Record<string, string>;
      stdin: number;
      stdout: number;
      stderr: number;
    },
  ): Returned;
  /** [pid, 0 or minus the errno; wait status]. */
  waitpid(pid: number, options: number): [number, number];
  kill(pid: number, signal: number): Returned;
  /** Null is the signal's default, undefined ignores it. */
  signal(signal: number, handler: (() => void) | null | undefined): void;
  setReadHandler(fd: number, handler: (() => void) | null): void;
  setWriteHandler(fd: number, handler: (() => void) | null): void;
  setTimeout(callback: () => void, delay: number): object;
  clearTimeout(timer: object): void;
  sleep(delay: number): void;
  now(): number;
}

/** The module `spawn` of the kit's own qjs (packages/guest/native/qjs/spawn.c). */
export interface QuickJsSpawn {
  /**
   * Starts a program with three descriptors as its own, and no others: `os.exec` without a copy of the caller's memory.
   * @param cwd its folder, and `environment` all of its variables; the caller's own unless given
   * @returns its pid, or minus the errno of why it could not be executed
   */
  spawn(
    command: readonly string[],
    stdin: number,
    stdout: number,
    stderr: number,
    cwd?: string,
    environment?: Readonly<Record<string, string>>,
  ): Returned;
}
