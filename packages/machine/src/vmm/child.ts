import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { CoordinatorError } from '@coordinator/base/errors';
import { TextTail } from '../console/index.ts';
import type { ProcessMarker } from '../process/index.ts';
import { noteStandby, spawnVmm, takeEarlyVmm } from './early-vmm.ts';
import { ErrorLog } from './error-log.ts';

/** A program and what comes before the arguments that a VMM makes. */
export type VmmCommand = readonly string[];

/** A VMM's process, whichever it is: its console is on its standard input and output. */
export interface VmmChild {
  readonly pid: number;
  /** The program and all its arguments. */
  readonly command: readonly string[];
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exited: Promise<VmmStatus>;
  /** The last of what it wrote to its standard error. */
  complaint(): string;
  /** Keeps that in a file, up to a limit, and what it writes from now on. */
  keepErrors(file: string): void;
  kill(): void;
}

interface VmmStatus {
  readonly code: number | null;
  readonly signal: string | null;
}

const COMPLAINT_CHARACTERS = 2000;

/** What a VMM's child is given besides its command line. */
export interface VmmChildOptions {
  /** Where what it writes to its standard error is kept, up to a limit. */
  readonly errorLog?: string | undefined;
  /** Variables of its environment, beside this process's own, which come first. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** What starts the program, and becomes it: the words before it. */
  readonly launcher?: readonly string[] | undefined;
  /** Where the guest of one that stands by will write to; undefined for others. */
  readonly standbyFolder?: string | undefined;
}

/** @throws CoordinatorError when the program cannot be started. */
export async function startVmmChild(
  command: VmmCommand,
  args: readonly string[],
  marker: ProcessMarker,
  { errorLog, environment, launcher = [], standbyFolder }: VmmChildOptions = {},
): Promise<VmmChild> {
  const [program] = command;
  if (program === undefined) throw new Error('empty VMM command');
  const start = { words: [...launcher, ...command, ...args], environment: environment ?? {}, marker };
  if (standbyFolder !== undefined) noteStandby({ start, folder: standbyFolder });
  const child = (await takeEarlyVmm(start)) ?? spawnVmm(start);
  // Pipes that break say no more than that the VMM is gone, which its exit tells.
  for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.on('error', () => {});
  const exited = new Promise<VmmStatus>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const { pid } = child;
  if (pid === undefined) {
    const [error] = (await once(child, 'error')) as [Error];
    throw new CoordinatorError(`${program} cannot be started: ${error.message}`);
  }
  // A signal that cannot be sent finds nobody.
  child.on('error', () => {});
  const complaint = new TextTail(COMPLAINT_CHARACTERS);
  const decoder = new StringDecoder('utf8');
  let log: ErrorLog | null = null;
  const keepErrors = (file: string) => {
    log = new ErrorLog(file);
    if (complaint.text !== '') log.add(Buffer.from(complaint.text));
  };
  if (errorLog !== undefined) keepErrors(errorLog);
  child.stderr.on('data', (chunk: Buffer) => {
    complaint.add(decoder.write(chunk));
    log?.add(chunk);
  });
  return {
    pid,
    command: [...command, ...args],
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    complaint: () => complaint.text.trim(),
    keepErrors,
    kill: () => void child.kill('SIGKILL'),
  };
}
