import type { GuestResult, Report } from '@coordinator/shared/report';
import { formatDuration } from '@coordinator/shared/units';
import { padColumns } from '../../facts/columns.ts';
import { bdfOf, describeCounts, describeInterrupts, plural, transactionsOf } from '../../facts/guest.ts';
import { kernelMatrix } from '../../facts/kernel-matrix.ts';
import { cleanLine } from '../../facts/text.ts';
import { renderKernelTable } from './kernel-table.ts';
import type { Paint } from './paint.ts';
import { renderProblem, shortPath } from './problem.ts';
import { renderStressSummary } from './stress-summary.ts';

/** Above this many guests, those that passed are only counted. */
const MAX_LISTED = 40;
/** Guests whose failures are told in full. */
const MAX_DETAILED = 40;

/** The end of a run on a terminal: a line for every guest, why those failed that did, and the totals. */
export function renderSummary(report: Report, paint: Paint, runFolder: string | null): string[] {
  if (report.stress) return renderStressSummary(report, report.stress, paint, runFolder);
  const listed =
    report.guests.length <= MAX_LISTED
      ? report.guests
      : report.guests.filter((guest) => guest.outcome !== 'pass');
  const shown = listed.slice(0, MAX_LISTED);
  const hidden = report.guests.length - shown.length;
  const matrix = kernelMatrix(report);
  return [
    ...renderTable(shown, paint, report.kernels),
    ...(hidden > 0 ? [paint.faint(`… and ${plural(hidden, 'more guest')}`)] : []),
    ...(matrix === null ? [] : renderKernelTable(matrix, paint)),
    ...shown
      .filter((guest) => guest.outcome !== 'pass' || guest.flaky)
      .slice(0, MAX_DETAILED)
      .flatMap((guest) => renderProblem(guest, paint, runFolder)),
    '',
    ...renderTotals(report, paint, runFolder),
  ];
}

function renderTable(
  guests: readonly GuestResult[],
  paint: Paint,
  kernels: Report['kernels'] = [],
): string[] {
  const kernelOf = (id: string) => kernels.find((kernel) => kernel.guests.includes(id))?.name ?? '';
  const table = guests.map((guest) => [
    cleanLine(guest.id, 40),
    guest.flaky ? 'flaky' : guest.outcome,
    guest.host === undefined ? '' : `on ${cleanLine(guest.host, 40)}`,
    cleanLine(kernelOf(guest.id), 40),
    guest.boot_ms === null ? '' : `boot ${formatDuration(guest.boot_ms)}`,
    guest.tests.length === 0 ? '' : plural(transactionsOf(guest), 'transaction'),
    describeInterrupts(guest) ?? '',
    cleanLine([guest.device.node, bdfOf(guest.device)].filter((part) => part !== null).join(' '), 80),
  ]);
  return padColumns(table).map((cells, row) => {
    const outcome = guests[row]?.outcome;
    const painted = cells.map((cell, column) =>
      column === 0 ? paint.strong(cell) : column === 1 && outcome ? paint.outcome(outcome, cell) : cell,
    );
    // A column that is empty for every guest takes no room.
    return painted
      .filter((cell) => cell !== '')
      .join('  ')
      .trimEnd();
  });
}

function renderTotals(report: Report, paint: Paint, runFolder: string | null): string[] {
  const { guests, outcome } = report;
  const transactions = guests.reduce((sum, guest) => sum + transactionsOf(guest), 0);
  const counts = guests.length > 0 ? `: ${describeCounts(report)}` : '';
  return [
    ...(report.reason === null ? [] : [paint.outcome(outcome, cleanLine(report.reason))]),
    [
      `${paint.outcome(outcome)}  ${plural(guests.length, 'guest')}${counts}`,
      plural(transactions, 'transaction'),
      formatDuration(report.duration_ms),
    ].join('  '),
    paint.faint(`run ${cleanLine(report.run)}${runFolder === null ? '' : `  ${shortPath(runFolder)}`}`),
  ];
}
