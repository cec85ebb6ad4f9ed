import type { RunEventOf } from '@coordinator/shared/event';

/** What people can do with a guest that is held for them, and what it is held with if that is no pass. */
export function describeHeld({ guest, outcome, reason }: Omit<RunEventOf<'guest-held'>, 'at_ms'>): string {
  // Nothing runs in one that has panicked.
  const shell = outcome === 'panic' ? '' : `coordinator shell ${guest}; `;
  const what = outcome === 'pass' ? '' : `  (${outcome}: ${reason ?? ''})`;
  return `held: ${shell}coordinator release ${guest}${what}`;
}
