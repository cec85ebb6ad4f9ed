import type { GuestResult, Report, StressResult } from '@coordinator/shared/report';
import { formatDuration } from '@coordinator/shared/units';
import { padColumns } from '../../facts/columns.ts';
import { plural } from '../../facts/guest.ts';
import {
  describeRounds,
  distributionRows,
  distributionsOf,
  faultRows,
  formatMeasure,
  type NamedDistribution,
  stressFacts,
} from '../../facts/stress.ts';
import { cleanLine } from '../../facts/text.ts';
import type { Paint } from './paint.ts';
import { renderProblem, shortPath } from './problem.ts';
import { groupCrashes, renderCrashes, renderSame } from './stress-crashes.ts';

const MAX_DETAILED = 20;
const BAR_CELLS = 40;

/** The end of a stress run on a terminal: what failed and how to repeat it, the figures, faults, and the totals. */
export function renderStressSummary(
  report: Report,
  stress: StressResult,
  paint: Paint,
  runFolder: string | null,
): string[] {
  const { shown: problems, same } = groupCrashes(report.guests.filter(isProblem));
  const hidden = problems.length - MAX_DETAILED + stress.failures_dropped;
  return [
    ...problems
      .slice(0, MAX_DETAILED)
      .flatMap((guest) => [
        ...renderRound(guest, paint, runFolder),
        ...renderSame(same.get(guest.fingerprint ?? '') ?? [], paint),
      ]),
    ...(hidden > 0 ? ['', paint.faint(`… and ${plural(hidden, 'more round')}`)] : []),
    ...(stress.failures_dropped > 0
      ? [paint.faint(`of ${plural(stress.failures_dropped, 'failed round')} only the number was kept`)]
      : []),
    '',
    ...renderFacts(stress, paint),
    ...renderDistributions(stress, paint),
    ...renderFaults(stress, paint),
    ...renderCrashes(stress, paint),
    '',
    ...(report.reason === null ? [] : [paint.outcome(report.outcome, cleanLine(report.reason))]),
    `${paint.outcome(report.outcome)}  ${plural(stress.rounds_ended, 'round')}: ${describeRounds(stress)}  ${formatDuration(report.duration_ms)}`,
    paint.faint(`run ${cleanLine(report.run)}${runFolder === null ? '' : `  ${shortPath(runFolder)}`}`),
  ];
}

function isProblem({ outcome, flaky, fault, error_kind }: GuestResult): boolean {
  return (outcome !== 'pass' || flaky || fault?.verdict === 'missed') && error_kind !== 'interrupted';
}

function renderRound(guest: GuestResult, paint: Paint, runFolder: string | null): string[] {
  return [
    ...renderProblem(guest, paint, runFolder),
    ...(guest.repeat === undefined ? [] : [`  repeat: ${paint.strong(cleanLine(guest.repeat))}`]),
  ];
}

function renderFacts(stress: StressResult, paint: Paint): string[] {
  return stressFacts(stress).map(([name, value]) => `${paint.faint(name.padEnd(13))}${cleanLine(value)}`);
}

function renderDistributions(stress: StressResult, paint: Paint): string[] {
  const all = distributionsOf(stress);
  if (all.length === 0) return [];
  const header = ['', 'count', 'min', 'p50', 'p90', 'p99', 'max'];
  const round = all.find(({ name }) => name === (stress.mode === 'loop' ? 'agent' : 'round'));
  return [
    '',
    ...padColumns([header, ...distributionRows(stress)], true).map((cells, index) =>
      index === 0 ? paint.faint(cells.join('  ')) : cells.join('  '),
    ),
    ...(round ? ['', paint.faint(`time of a round`), ...renderHistogram(round)] : []),
  ];
}

/** One line for each class of values, its bar as long as its share of the largest class. */
export function renderHistogram({ unit, distribution }: NamedDistribution): string[] {
  const { bins } = distribution;
  const most = Math.max(...bins.map(({ count }) => count));
  const labels = bins.map(({ from, to }) => `${formatMeasure(from, unit)} - ${formatMeasure(to, unit)}`);
  const width = Math.max(...labels.map((label) => label.length));
  return bins.map(({ count }, index) => {
    const bar = '#'.repeat(Math.ceil((count * BAR_CELLS) / most));
    return `${(labels[index] ?? '').padStart(width)} |${bar.padEnd(BAR_CELLS)} ${count}`;
  });
}

function renderFaults(stress: StressResult, paint: Paint): string[] {
  if (stress.faults.length === 0) return [];
  const rows = [['fault', 'injected', 'detected', 'late'], ...faultRows(stress)];
  const lines = padColumns(rows, true).map((cells) => cells.join('  '));
  return [
    '',
    ...lines.map((line, index) => (index === 0 ? paint.faint(line) : line)),
    ...stress.mismatches.map((sentence) => paint.outcome('error', cleanLine(sentence))),
  ];
}
