import type { VmmExit } from '@coordinator/machine/vmm';
import type { ErrorKind, Outcome } from '@coordinator/shared/report';
import { formatDuration } from '@coordinator/shared/units';
import type { AgentSession } from './agent-session.ts';

/** What ended a guest before its agent was through, as the coordinator saw or did it. The first one counts. */
export type EarlyEnd =
  | { readonly cause: 'panic'; readonly line: string }
  | { readonly cause: 'timeout'; readonly what: string; readonly limitMs: number }
  | { readonly cause: 'overtime'; readonly what: string; readonly limitMs: number }
  | { readonly cause: 'silence'; readonly what: string; readonly limitMs: number }
  | { readonly cause: 'interrupted' }
  | { readonly cause: 'device-lost'; readonly detail: string }
  | { readonly cause: 'channel-lost'; readonly detail: string }
  | { readonly cause: 'share-full'; readonly detail: string }
  | { readonly cause: 'login-failed'; readonly detail: string }
  | { readonly cause: 'host-failed'; readonly detail: string };

export interface Ending {
  readonly outcome: Outcome;
  readonly error_kind: ErrorKind | null;
  readonly reason: string | null;
}

export const passed: Ending = { outcome: 'pass', error_kind: null, reason: null };

/** The exit of a VMM that was never there. */
export const notStarted: VmmExit = { code: null, signal: null, guestRequest: null, complaint: '' };

const MAX_COMPLAINTS = 3;

/** What a guest's run comes to, once its VMM has ended: a pass only if all that its plan promises was reported. */
export function judgeEnding(early: EarlyEnd | null, session: AgentSession, exit: VmmExit): Ending {
  if (early) return judgeEarlyEnd(early);
  if (session.progress.trouble === null && !session.saidBye)
    return error('lost', describeLoss(session, exit));
  return judgeReports(session);
}

/** What all that its agent reported comes to, when that is all there will be. */
export function judgeReports(session: AgentSession): Ending {
  if (session.progress.trouble !== null) return error('setup', session.progress.trouble);
  const failed = session.tests.filter((test) => test.outcome === 'fail');
  if (failed.length > 0) {
    const [first] = failed;
    const more = failed.length > 1 ? ` (and ${failed.length - 1} more)` : '';
    return {
      outcome: 'fail',
      error_kind: null,
      reason: `${first?.name}: ${first?.message ?? 'failed'}${more}`,
    };
  }
  if (session.problems > 0)
    return error('lost', 'part of what the agent reported was lost or damaged on the channel');
  if (session.contradiction !== null)
    return {
      outcome: 'fail',
      error_kind: null,
      reason: `what was reported contradicts the plan: ${session.contradiction}`,
    };
  if (session.missing !== null)
    return error('lost', `the agent said bye, but never reported ${session.missing}`);
  if (session.didNothing) return error('setup', 'nothing was tested: every test was skipped');
  return passed;
}

function judgeEarlyEnd(early: EarlyEnd): Ending {
  switch (early.cause) {
    case 'panic':
      return { outcome: 'panic', error_kind: null, reason: early.line.replace(/^\[[^\]]*\]\s*/, '') };
    case 'timeout':
      return hang(`${early.what} took longer than ${formatDuration(early.limitMs)}`);
    case 'overtime':
      return hang(`not done within ${formatDuration(early.limitMs)} (--timeout); it was in ${early.what}`);
    case 'silence':
      return hang(`the agent was silent for ${formatDuration(early.limitMs)} in ${early.what}`);
    case 'interrupted':
      return error('interrupted', 'interrupted');
    case 'device-lost':
    case 'channel-lost':
    case 'share-full':
      return error('lost', early.detail);
    case 'login-failed':
    case 'host-failed':
      return error('setup', early.detail);
  }
}

function describeLoss(session: AgentSession, exit: VmmExit): string {
  const where = `in ${session.progress.activity}`;
  if (exit.guestRequest === 'shutdown') {
    return session.progress.saidHello
      ? `the agent ended ${where} without a word, and the guest powered off`
      : 'the guest powered off before its agent said hello';
  }
  if (exit.guestRequest === 'reset') return `the guest reset itself ${where}`;
  const how = exit.signal ? `was ended by ${exit.signal}` : `ended with status ${exit.code}`;
  const complaint = lastWords(exit.complaint);
  return `the VMM ${how} ${where}${complaint ? `: ${complaint}` : ''}`;
}

/** What a VMM complained of last. The first of its lines says what was wrong, the last often only that it gives up. */
function lastWords(complaint: string): string {
  const lines = complaint.split('\n').map((line) => line.trim().replace(/^(Error|Fatal): /, ''));
  return lines
    .filter((line) => line !== '')
    .slice(-MAX_COMPLAINTS)
    .join('; ');
}

const hang = (reason: string): Ending => ({ outcome: 'hang', error_kind: null, reason });
const error = (error_kind: ErrorKind, reason: string): Ending => ({ outcome: 'error', error_kind, reason });
