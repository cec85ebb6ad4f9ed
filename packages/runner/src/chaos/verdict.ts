import type { GuestEnd } from '@coordinator/life';
import type { FaultKind, FaultVerdict } from '@coordinator/shared/report';

/** Whether the round ended as the fault that struck it demands. */
export function judgeFault(kind: FaultKind, end: GuestEnd, slow: boolean): FaultVerdict {
  if (isDetected(kind, end, slow)) return 'detected';
  // All was said before it struck, and all of that arrived: there was nothing left to harm.
  return end.outcome === 'pass' && end.saidBye && end.problems === 0 && kind !== 'slow-disk'
    ? 'late'
    : 'missed';
}

function isDetected(kind: FaultKind, end: GuestEnd, slow: boolean): boolean {
  const { outcome, error_kind, cause, signal } = end;
  const lost = outcome === 'error' && error_kind === 'lost';
  switch (kind) {
    case 'kill-guest':
      return lost && cause === null && signal === 'SIGKILL';
    case 'kill-engine':
      return lost && cause === 'device-lost';
    case 'pause-guest':
      return outcome === 'hang';
    case 'drop-channel':
      return (lost && cause === 'channel-lost') || fellBack(end);
    case 'corrupt-frame':
      return (lost && end.problems > 0) || fellBack(end);
    case 'slow-disk':
      return outcome === 'hang' || (outcome === 'pass' && slow);
  }
}

/** Over vsock, a channel that breaks is repaired: the agent goes on over the shared file, and nothing is lost. */
function fellBack({ outcome, channel }: GuestEnd): boolean {
  return outcome === 'pass' && channel === 'vsock→file';
}

/** The wrong classification of a round, in one sentence. */
export function describeMismatch(kind: FaultKind, { id, outcome, error_kind, reason }: GuestEnd): string {
  const ended = [outcome, error_kind].filter((part) => part !== null).join('/');
  return `${id}: ${kind} was injected, but the round was judged ${ended}${reason === null ? '' : `: ${reason}`}`;
}
