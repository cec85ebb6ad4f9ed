import { findMarkedProcesses, isAlive } from '@coordinator/machine/process';
import { exitCodes } from '@coordinator/shared/report/exit-code';
import { tell } from './print.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * The first SIGINT, SIGTERM or SIGHUP aborts the signal, and the command ends in order. The second SIGINT or SIGTERM
 * kills what the run started and ends at once. A terminal that goes says so more than once (the kernel and the shell
 * both do), and nobody is there to be in a hurry.
 */
function interruptSignal(run: () => string | null): AbortSignal {
  const controller = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      if (signal === 'SIGHUP') return;
      killProcessesOf(run());
      process.exit(exitCodes.interrupted);
    }
    // Before there is a run there are no guests: what is stopped is a set-up, or a lab.
    tell(`\ncoordinator: stopping${run() === null ? '' : ' the guests'} (once more: at once)\n`);
    controller.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return controller.signal;
}

/**
 * Does the work of a command that the user can interrupt, which is then how it ends.
 * @param run the run whose processes are killed when the user cannot wait
 */
export async function interruptible(
  work: (interrupt: AbortSignal) => Promise<number>,
  run: () => string | null = () => null,
): Promise<number> {
  const interrupt = interruptSignal(run);
  try {
    return await work(interrupt);
  } catch (error) {
    if (interrupt.aborted) return exitCodes.interrupted;
    throw error;
  }
}

/** For endings that leave no time for anything else. */
export function killProcessesOf(run: string | null): void {
  if (run === null) return;
  for (const { run: owner, identity } of findMarkedProcesses()) {
    if (owner !== run || !isAlive(identity)) continue;
    try {
      process.kill(identity.pid, 'SIGKILL');
    } catch {
      // Gone by itself.
    }
  }
}
