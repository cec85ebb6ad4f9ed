import type { Outcome, TestResult } from '@coordinator/shared/report';
import pc from 'picocolors';

/** Colours by meaning. Without colour the words alone say it all. */
export interface Paint {
  outcome(outcome: Outcome | TestResult['outcome'], text?: string): string;
  warning(text: string): string;
  strong(text: string): string;
  faint(text: string): string;
}

export function makePaint(color: boolean): Paint {
  const { bold, dim, green, magenta, red, yellow } = pc.createColors(color);
  const outcomes = { pass: green, skip: yellow, fail: red, hang: yellow, panic: magenta, error: red };
  return {
    outcome: (outcome, text = outcome) => bold(outcomes[outcome](text)),
    warning: yellow,
    strong: bold,
    faint: dim,
  };
}
