import { formatDuration } from '@coordinator/shared/units';
import type { Comparison, OutcomeChange, TimeChange } from './comparison.ts';
import { LEAST } from './least.ts';

/** What a comparison is told by, on terminals and on the page alike. Nothing of Node, and no schemas. */

/** "5 fail 1 pass"; "-" where there was nothing. */
export function describeCounts(of: OutcomeChange['before']): string {
  if (of === null) return '-';
  const told = (['fail', 'pass', 'skip'] as const).filter((kind) => of[kind] > 0);
  return told.map((kind) => `${of[kind]} ${kind}`).join(' ') || '-';
}

/** A figure for each guest, to three digits behind the point. */
export function describeFigure(value: number | null): string {
  return value === null ? '-' : String(Math.round(value * 1000) / 1000);
}

const WHOLE = ['boot', 'guest', 'agent', 'round', 'transaction'];

/** Times that are worth a look: those that changed, or those of guests as a whole where none did. */
export function notableTimes(times: readonly TimeChange[]): readonly TimeChange[] {
  const changed = times.filter(({ significant }) => significant);
  return changed.length > 0 ? changed : times.filter(({ name }) => WHOLE.includes(name));
}

/** A line of times in words. Empty where nothing can be said. */
export interface TimeWords {
  readonly name: string;
  readonly medians: readonly [string, string];
  /** "+306944 µs +784%" */
  readonly difference: string;
  readonly interval: string;
  readonly p: string;
  readonly values: string;
  readonly verdict: '' | 'slower' | 'faster';
}

export function describeTime(change: TimeChange): TimeWords {
  const { name, unit, counts, medians, difference, interval, p, significant } = change;
  const time = (value: number) => (unit === 'ms' ? formatDuration(value) : `${Math.round(value)} µs`);
  const signed = (value: number) => `${value < 0 ? '-' : '+'}${time(Math.abs(value))}`;
  const share = ((100 * Math.abs(difference)) / medians[0]).toFixed(0);
  return {
    name,
    medians: [time(medians[0]), time(medians[1])],
    difference: `${signed(difference)}${medians[0] > 0 ? ` ${difference < 0 ? '-' : '+'}${share}%` : ''}`,
    interval: interval === null ? '' : `${signed(interval[0])} to ${signed(interval[1])}`,
    p: p === null ? '' : p < 0.0001 ? '<0.0001' : p.toFixed(4),
    values: counts.join(' and '),
    verdict: significant ? (difference > 0 ? 'slower' : 'faster') : '',
  };
}

/** All of it in a sentence. */
export function conclude({ outcomes, guests, times, worse }: Comparison): string {
  const failing = outcomes.filter(({ verdict }) => verdict === 'worse').length;
  const changed = times.filter(({ significant }) => significant).length;
  const told = times.filter(({ p }) => p !== null).length;
  const few =
    times.length > 0 && told === 0
      ? `; fewer than ${LEAST} values a run: nothing can be said of times`
      : `; ${changed} of ${told} times changed`;
  const what = worse
    ? failing > 0
      ? `worse: ${failing} fail more often in B`
      : 'worse'
    : outcomes.length + guests.length === 0
      ? 'the same outcomes'
      : 'not worse';
  return `${what}${few}`;
}
