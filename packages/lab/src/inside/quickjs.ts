// biome-ignore lint/style/useNodejsImportProtocol: QuickJS's own module, not Node's
import * as nativeOs from 'os';
// @ts-expect-error QuickJS's own module has no types.
import * as nativeStd from 'std';

/** The parts of QuickJS's modules (2025-04-26) used here. Source: https://bellard.org/quickjs/quickjs.html */

/** What a system call gave: zero or above, or minus the errno. */
type Returned = number;

export interface QuickJsOs {
  readonly O_RDWR: number;
  readonly WNOHANG: number;
  readonly SIGPIPE: number;
  open(path: string, flags: number): Returned;
  close(fd: number): Returned;
  read(fd: number, buffer: ArrayBuffer, offset: number, length: number): Returned;
  write(fd: number, buffer: ArrayBuffer, offset: number, length: number): Returned;
  /** [read end, write end]. */
  pipe(): [number, number] | null;
  exec(
    command: readonly string[],
    options: {
      block: false;
      usePath: false;
      cwd: string;
      env: Record<string, string>;
      stdin: number;
      stdout: number;
      stderr: number;
    },
  ): Returned;
  /** [pid, or minus the errno; wait status]. */
  waitpid(pid: number, options: number): [number, number];
  kill(pid: number, signal: number): Returned;
  signal(signal: number, handler: (() => void) | null): void;
  setReadHandler(fd: number, handler: (() => void) | null): void;
  setWriteHandler(fd: number, handler: (() => void) | null): void;
  setTimeout(callback: () => void, delay: number): object;
}

export interface QuickJsStd {
  exit(status: number): never;
  getenviron(): Record<string, string>;
  open(path: string, mode: string): { readAsString(): string; close(): void } | null;
}

export const os = nativeOs as unknown as QuickJsOs;
export const std = nativeStd as QuickJsStd;

/** [FILE, ARG...] of `qjs FILE ARG...`. */
export const scriptArgs = (globalThis as unknown as { scriptArgs: readonly string[] }).scriptArgs;
