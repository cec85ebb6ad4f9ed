import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { CoordinatorError } from '@coordinator/base/errors';
import { execa } from 'execa';
import { TextTail } from '../console/index.ts';
import { markerEnvironment, type ProcessMarker } from '../process/index.ts';
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
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** The last of what it wrote to its standard error. */
  complaint(): string;
  kill(): void;
}

const COMPLAINT_CHARACTERS = 2000;

/**
 * @param errorLog where what it writes to its standard error is kept, up to a limit
 * @throws CoordinatorError when the program cannot be started.
 */
export async function startVmmChild(
  command: VmmCommand,
  args: readonly string[],
  marker: ProcessMarker,
  errorLog?: string,
): Promise<VmmChild> {
  const [program, ...prefix] = command;
  if (program === undefined) throw new Error('empty VMM command');
  const child = execa(program, [...prefix, ...args], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    env: markerEnvironment(marker),
    // A process group of its own: Ctrl-C in the terminal is ours to handle, guests must not end before it is told.
    detached: true,
    cleanup: false,
  });
  if (child.pid === undefined) {
    const { message } = await child;
    throw new CoordinatorError(`${program} cannot be started: ${message}`);
  }
  // Pipes that break say no more than that the VMM is gone, which its exit tells.
  for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.on('error', () => {});
  const complaint = new TextTail(COMPLAINT_CHARACTERS);
  const decoder = new StringDecoder('utf8');
  const log = errorLog === undefined ? null : new ErrorLog(errorLog);
  child.stderr.on('data', (chunk: Buffer) => {
    complaint.add(decoder.write(chunk));
    log?.add(chunk);
  });
  return {
    pid: child.pid,
    command: [...command, ...args],
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exited: child.then(({ exitCode, signal }) => ({ code: exitCode ?? null, signal: signal ?? null })),
    complaint: () => complaint.text.trim(),
    kill: () => void child.kill('SIGKILL'),
  };
}
