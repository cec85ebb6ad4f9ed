import type { Outcome } from './kinds.ts';
import type { ErrorKind, GuestResult, Report } from './report.ts';

/** Exit codes of every command; documented in `--help` and README.md. */
export const exitCodes = {
  /** All passed. */
  passed: 0,
  /** A test failed. */
  failed: 1,
  /** Usage or configuration. */
  usage: 2,
  /** A guest panicked, hung or was lost. */
  guestLost: 3,
  /** Nothing could be tested: platform, set-up, device or VMM missing. */
  unavailable: 4,
  /** Stopped by SIGINT or SIGTERM. */
  interrupted: 130,
} as const;

const worstFirst = [exitCodes.interrupted, exitCodes.unavailable, exitCodes.guestLost, exitCodes.failed];

interface Ended {
  readonly outcome: Outcome;
  readonly error_kind: ErrorKind | null;
}

/** The exit code of one guest's ending. */
export function exitCodeOf({ outcome, error_kind }: Ended): number {
  switch (outcome) {
    case 'pass':
      return exitCodes.passed;
    case 'fail':
      return exitCodes.failed;
    case 'panic':
    case 'hang':
      return exitCodes.guestLost;
    case 'error':
      if (error_kind === 'interrupted') return exitCodes.interrupted;
      return error_kind === 'lost' ? exitCodes.guestLost : exitCodes.unavailable;
  }
}

/** The worst of several exit codes, in the order 130, 4, 3, 1. */
export function worstExitCode(codes: readonly number[]): number {
  return worstFirst.find((code) => codes.includes(code)) ?? exitCodes.passed;
}

/** The outcome that names a run: an error before a panic, a panic before a hang, a hang before a fail. */
export function worstOutcome(all: readonly Outcome[]): Outcome {
  const order: readonly Outcome[] = ['error', 'panic', 'hang', 'fail'];
  return order.find((outcome) => all.includes(outcome)) ?? 'pass';
}

/** What a run with these guest results comes to. */
export function judgeRun(
  guests: ReadonlyArray<Pick<GuestResult, 'outcome' | 'error_kind'>>,
  reason: string | null,
): Pick<Report, 'outcome' | 'exit_code'> {
  const outcome = worstOutcome([
    ...guests.map((guest) => guest.outcome),
    ...(reason ? (['error'] as const) : []),
  ]);
  const codes = [...guests.map(exitCodeOf), ...(reason ? [exitCodes.unavailable] : [])];
  return { outcome, exit_code: worstExitCode(codes) };
}
