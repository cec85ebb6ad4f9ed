import { constants } from 'node:os';
import { CoordinatorError } from '@coordinator/base/errors';
import type { ExecOptions, ExecSession } from '@coordinator/exec';
import type { LocalTerminal } from './local-terminal.ts';

/**
 * Gives a command in another machine this process's input, output and signals, and its terminal where there is one.
 * @param place as in "the lab"
 * @returns its exit status, as a shell gives it: 128 and the signal's number for a command that a signal ended
 */
export async function attend(
  terminal: LocalTerminal | null,
  place: string,
  start: (options: ExecOptions) => ExecSession,
): Promise<number> {
  const session = start({
    ...(terminal && { terminal: terminal.size, env: { TERM: process.env['TERM'] ?? 'linux' } }),
    stdin: process.stdin,
    onStdout: (bytes) => writeAll(process.stdout, bytes),
    onStderr: (bytes) => writeAll(process.stderr, bytes),
  });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const) {
    process.on(name, () => session.kill(constants.signals[name]));
  }
  const exited = () => session.exited;
  const { code, signal, problem } = await (terminal ? terminal.hand(exited, session.resize) : exited());
  if (problem !== null) throw new CoordinatorError(`the command could not be run in ${place}: ${problem}`);
  return code ?? 128 + (signal ?? 0);
}

function writeAll(stream: NodeJS.WriteStream, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => stream.write(bytes, () => resolve()));
}
