import type { Comparison } from '@coordinator/history/compare';

/** Of each kind; people look at a few dozen. */
const MAX_ROWS = 400;
const MAX_TEXT = 300;

/** A comparison that a page can show, and that waits for no client with more than a message may have. */
export function boundComparison(whole: Comparison): {
  readonly comparison: Comparison;
  /** Lines that it does not have. */
  readonly omitted: number;
} {
  let omitted = 0;
  const first = <Row>(rows: readonly Row[]): Row[] => {
    omitted += Math.max(0, rows.length - MAX_ROWS);
    return rows.slice(0, MAX_ROWS).map(cutTexts);
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

function cutTexts<Value>(value: Value): Value {
  if (typeof value === 'string') return cut(value) as Value & string;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, typeof one === 'string' ? cut(one) : one]),
  ) as Value;
}

const cut = (text: string): string => (text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`);
