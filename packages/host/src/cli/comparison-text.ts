import type { HistoryEntry } from '@coordinator/history';
import { type Comparison, LEAST, type OutcomeChange, type TimeChange } from '@coordinator/history/compare';
import { cleanLine } from '@coordinator/reporter/text';
import { formatDuration } from '@coordinator/shared/units';
import { renderTable } from './table.ts';

const NAME_CELLS = 48;
const TEXT_CELLS = 60;

/** What changed between two runs, for people. */
export function renderComparison(comparison: Comparison): string {
  const { runs, settings, guests, outcomes, times, interrupts, crashes } = comparison;
  const sections = [
    renderTable(['', 'RUN', 'WHEN', 'OUTCOME', 'TIME', 'REASON'], runs.map(toHead)),
    section(
      'SETTING',
      settings.map(({ name, before, after }) => [name, clean(before), clean(after)]),
    ),
    section(
      'GUEST',
      guests.map(({ id, before, after, reason }) => [clean(id), before, after, clean(reason ?? '')]),
      ['REASON'],
    ),
    section(
      'TEST',
      outcomes.map((change) => [
        cleanLine(change.name, NAME_CELLS),
        counts(change.before),
        counts(change.after),
        change.verdict === 'other' ? '' : change.verdict,
      ]),
      ['VERDICT'],
    ),
    section(
      'INTERRUPTS A GUEST',
      interrupts.map(({ name, before, after }) => [name, figure(before), figure(after)]),
    ),
    section('CRASH', [
      ...crashes.gone.map((one) => [clean(one), 'yes', 'no']),
      ...crashes.appeared.map((one) => [clean(one), 'no', 'yes']),
    ]),
    renderTimes(times),
  ];
  return `${sections.filter((text) => text !== '').join('\n')}\n${conclude(comparison)}\n`;
}

function toHead({ run, started, outcome, duration_ms, reason }: HistoryEntry, index: number): string[] {
  const when = started.slice(0, 'YYYY-MM-DDThh:mm:ss'.length).replace('T', ' ');
  return [
    'AB'[index] ?? '',
    clean(run),
    clean(when),
    outcome ?? '',
    formatDuration(duration_ms ?? 0),
    clean(reason ?? ''),
  ];
}

function section(name: string, rows: readonly (readonly string[])[], more: readonly string[] = []): string {
  return rows.length === 0 ? '' : renderTable([name, 'A', 'B', ...more], rows);
}

function counts(of: OutcomeChange['before']): string {
  if (of === null) return '-';
  const told = (['fail', 'pass', 'skip'] as const).filter((kind) => of[kind] > 0);
  return told.map((kind) => `${of[kind]} ${kind}`).join(' ') || '-';
}

/** Those that changed, or all where nothing can be said of any. */
function renderTimes(times: readonly TimeChange[]): string {
  const changed = times.filter(({ significant }) => significant);
  const shown =
    changed.length > 0
      ? changed
      : times.filter(({ name }) => ['boot', 'guest', 'agent', 'round', 'transaction'].includes(name));
  if (shown.length === 0) return '';
  const rows = shown.map(({ name, unit, counts, medians, difference, interval, p, significant }) => {
    const time = (value: number) => (unit === 'ms' ? formatDuration(value) : `${Math.round(value)} µs`);
    const signed = (value: number) => `${value < 0 ? '-' : '+'}${time(Math.abs(value))}`;
    const share =
      medians[0] > 0
        ? ` ${difference < 0 ? '-' : '+'}${Math.abs((100 * difference) / medians[0]).toFixed(0)}%`
        : '';
    return [
      cleanLine(name, NAME_CELLS),
      ...medians.map(time),
      `${signed(difference)}${share}`,
      interval === null ? '' : `${signed(interval[0])} to ${signed(interval[1])}`,
      p === null ? '' : p < 0.0001 ? '<0.0001' : p.toFixed(4),
      counts.join(' and '),
      significant ? (difference > 0 ? 'slower' : 'faster') : '',
    ];
  });
  return renderTable(['MEDIAN OF', 'A', 'B', 'DIFFERENCE', '95%', 'P', 'VALUES', ''], rows);
}

function conclude({ outcomes, guests, times, worse }: Comparison): string {
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

const clean = (text: string): string => cleanLine(text, TEXT_CELLS);
const figure = (value: number | null): string =>
  value === null ? '-' : String(Math.round(value * 1000) / 1000);
