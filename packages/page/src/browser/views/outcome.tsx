import type { Outcome } from '@coordinator/shared/report';
import type { RunState } from '../../protocol/index.ts';

const MARKS: Readonly<Record<string, string>> = {
  pass: '✓',
  fail: '✗',
  panic: '‼',
  hang: '⏳︎',
  error: '!',
  skip: '–',
  running: '▸',
  abandoned: '?',
};

/** How something ended, by word; colour and mark only help. */
export function OutcomePill({ outcome }: { outcome: Outcome | RunState | 'skip' | string }) {
  return (
    <span class={`pill ${outcome}`}>
      <span aria-hidden="true">{MARKS[outcome] ?? '·'}</span>
      {outcome}
    </span>
  );
}
