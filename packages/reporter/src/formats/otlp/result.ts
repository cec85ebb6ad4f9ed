import type { ErrorKind, GuestResult, Outcome, Report } from '@coordinator/shared/report';
import { exitCodes } from '@coordinator/shared/report/exit-code';

type Ended =
  | Pick<Report, 'outcome' | 'reason' | 'exit_code'>
  | Pick<GuestResult, 'outcome' | 'reason' | 'error_kind'>;

/** The result of a pipeline or task run, in the words of the conventions. */
export function resultOf(ended: Ended): string {
  const { outcome } = ended;
  if (isInterrupted(ended)) return 'cancellation';
  const results: Record<Outcome, string> = {
    ...{ pass: 'success', fail: 'failure', panic: 'failure', hang: 'timeout', error: 'error' },
  };
  return results[outcome];
}

/** `error.type` is one of a few: how it ended, and of an error its kind. */
export function failureOf(ended: Ended): { readonly type: string; readonly message: string } | null {
  const { outcome, reason } = ended;
  if (outcome === 'pass') return null;
  const kind: ErrorKind | null = 'error_kind' in ended ? ended.error_kind : null;
  return { type: kind ?? outcome, message: reason ?? outcome };
}

function isInterrupted(ended: Ended): boolean {
  return 'error_kind' in ended
    ? ended.error_kind === 'interrupted'
    : ended.exit_code === exitCodes.interrupted;
}
