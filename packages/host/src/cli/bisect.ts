import { CoordinatorError } from '@coordinator/base/errors';
import { exitCodes } from '@coordinator/shared/report/exit-code';
import type { RunResult } from '../session/session.ts';

export const BISECT_OPTION = '--bisect';

/** What `git bisect run` takes the exit code of a command for: git-bisect(1), "Bisect run". */
export const bisectCodes = {
  good: 0,
  bad: 1,
  /** This commit cannot be tested: git goes on with another. */
  skip: 125,
  /** 128 and above end the bisection: something is wrong with the command itself. */
  abort: 128,
} as const;

/**
 * The exit code of a run for `git bisect run`. Bad is what a kernel can be blamed for: a guest in which a test failed, or
 * whose kernel panicked or hung. One that was lost, or never got to run, tells nothing of the kernel.
 */
export function bisectExitCode({ report, exitCode }: Pick<RunResult, 'report' | 'exitCode'>): number {
  if (exitCode === exitCodes.interrupted) return exitCodes.interrupted;
  const isToBlame = report.guests.some(({ outcome }) => ['fail', 'panic', 'hang'].includes(outcome));
  if (isToBlame) return bisectCodes.bad;
  return exitCode === exitCodes.passed ? bisectCodes.good : bisectCodes.skip;
}

/** Runs a command so that whatever keeps it from testing is told to git as that. */
export async function forBisect(run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof CoordinatorError)) throw error;
    const { message, remedy, exitCode } = error;
    throw new CoordinatorError(message, {
      cause: error,
      ...(remedy === null ? {} : { remedy }),
      exitCode: exitCode === exitCodes.interrupted ? exitCode : bisectCodes.skip,
    });
  }
}
