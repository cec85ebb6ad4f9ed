import type { HistoryEntry } from '@coordinator/history';
import type { Comparison } from '@coordinator/history/compare';
import {
  conclude,
  describeCounts,
  describeFigure,
  describeTime,
  notableTimes,
} from '@coordinator/history/compare/words';
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
        describeCounts(change.before),
        describeCounts(change.after),
        change.verdict === 'other' ? '' : change.verdict,
      ]),
      ['VERDICT'],
    ),
    section(
      'INTERRUPTS A GUEST',
      interrupts.map(({ name, before, after }) => [name, describeFigure(before), describeFigure(after)]),
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

function renderTimes(times: Comparison['times']): string {
  const rows = notableTimes(times).map((change) => {
    const { name, medians, difference, interval, p, values, verdict } = describeTime(change);
    return [cleanLine(name, NAME_CELLS), ...medians, difference, interval, p, values, verdict];
  });
  if (rows.length === 0) return '';
  return renderTable(['MEDIAN OF', 'A', 'B', 'DIFFERENCE', '95%', 'P', 'VALUES', ''], rows);
}

const clean = (text: string): string => cleanLine(text, TEXT_CELLS);
