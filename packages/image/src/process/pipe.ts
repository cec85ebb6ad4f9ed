import { type ChildProcess, spawn } from 'node:child_process';
import { bounded } from './bounded.ts';
import { boundsFor, explainFailure, type Failure, type RunOptions } from './run.ts';

/** A program and its arguments. */
export type Command = readonly [file: string, args: readonly string[]];

/**
 * Runs `producer | consumer`. The bytes go from one to the other without passing through this process, as they do in
 * a shell; unlike there, both are known, so that both can be ended and neither's failure is lost.
 *
 * @throws SetUpError with the tail of stderr when one of them fails, or neither does anything any more; the signal's reason when aborted.
 */
export async function pipe(producer: Command, consumer: Command, options: RunOptions): Promise<void> {
  options.signal?.throwIfAborted();
  const env = { ...process.env, LC_ALL: 'C', ...options.env };
  const cwd = options.cwd ?? '/';
  const reader = spawn(consumer[0], consumer[1], { cwd, env, stdio: ['pipe', 'ignore', 'pipe'] });
  const writer = spawn(producer[0], producer[1], { cwd, env, stdio: ['ignore', reader.stdin, 'pipe'] });
  // The writer has its own copy of it: with ours open, the reader would never see the end.
  reader.stdin.destroy();
  const end = () => {
    writer.kill();
    reader.kill();
  };
  const ends = Promise.all([failureOf(reader), failureOf(writer)]);
  const bounds = boundsFor(producer[0], options, end);
  const [read, written] = await bounded([reader.pid, writer.pid], ends, bounds);
  options.signal?.throwIfAborted();
  // A writer ended by SIGPIPE is the reader's doing.
  if (read) throw explainFailure(read, consumer[0], options);
  if (written) throw explainFailure(written, producer[0], options);
}

/** Waits for the end; null if all is well. */
function failureOf(child: ChildProcess): Promise<Failure | null> {
  const stderr: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ code: error.code, stderr: error.message }),
    );
    child.once('close', (exitCode, signal) => {
      resolve(exitCode === 0 ? null : { exitCode, signal, stderr: Buffer.concat(stderr) });
    });
  });
}
