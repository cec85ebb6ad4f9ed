import type { Comparison } from '@coordinator/history/compare';
import { boundRows } from './bound-rows.ts';

/** A comparison that a page can show, and that waits for no client with more than a message may have. */
export function boundComparison(whole: Comparison): {
  readonly comparison: Comparison;
  /** Lines that it does not have. */
  readonly omitted: number;
} {
  let omitted = 0;
  const first = <Row>(rows: readonly Row[]): Row[] => {
    const bound = boundRows(rows);
    omitted += bound.omitted;
    return bound.rows;
  };
  const { settings, guests, outcomes, times, interrupts, crashes } = whole;
  const comparison: Comparison = {
    ...whole,
    settings: first(settings),
    guests: first(guests),
    outcomes: first(outcomes.toSorted((a, b) => rank(a) - rank(b))),
    times: first(times.toSorted((a, b) => Number(b.significant) - Number(a.significant))),
    interrupts: first(interrupts),
    crashes: { appeared: first(crashes.appeared), gone: first(crashes.gone) },
  };
  return { comparison, omitted };
}

const rank = ({ verdict }: Comparison['outcomes'][number]): number =>
  ['worse', 'better', 'other'].indexOf(verdict);
