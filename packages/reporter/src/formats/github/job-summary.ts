import type { GuestResult, Report, StressResult } from '@coordinator/shared/report';
import { formatDuration } from '@coordinator/shared/units';
import {
  bdfOf,
  describeCounts,
  describeInterrupts,
  failedTestsOf,
  transactionsOf,
} from '../../facts/guest.ts';
import { type KernelMatrix, kernelMatrix } from '../../facts/kernel-matrix.ts';
import { describeFaults, distributionsOf, formatMeasure, stressFacts } from '../../facts/stress.ts';
import { cleanLine } from '../../facts/text.ts';

/** GitHub refuses a summary of more than 1 MiB; a table of this many guests stays well below. */
const MAX_ROWS = 1000;
const MAX_PROBLEMS = 100;

/** The report as GitHub Flavored Markdown. */
export function renderJobSummary(report: Report): string {
  const rows = report.guests.slice(0, MAX_ROWS);
  const problems = report.guests.filter((guest) => guest.outcome !== 'pass').slice(0, MAX_PROBLEMS);
  return [
    `## coordinator: ${report.outcome}`,
    '',
    `${escapeMarkdown(describeCounts(report))} in ${formatDuration(report.duration_ms)}, platform ${escapeMarkdown(report.platform)}, ${escapeMarkdown(report.vmm)} ${escapeMarkdown(report.vmm_version ?? '')}`.trimEnd(),
    ...(report.reason ? ['', `**${escapeMarkdown(report.reason)}**`] : []),
    '',
    ...(report.stress ? renderStress(report.stress) : []),
    ...renderKernels(kernelMatrix(report)),
    '| guest | outcome | boot | tests | transactions | interrupts | device |',
    '|---|---|---:|---:|---:|---|---|',
    ...rows.map(renderRow),
    ...problems.flatMap(renderProblem),
    '',
  ].join('\n');
}

function renderStress(stress: StressResult): string[] {
  return [
    '| | |',
    '|---|---|',
    ...stressFacts(stress).map(([name, value]) => `| ${name} | ${escapeMarkdown(value)} |`),
    ...distributionsOf(stress).map(({ name, unit, distribution: { p50, p90, p99, max } }) => {
      const values = [p50, p90, p99, max].map((value) => formatMeasure(value, unit)).join(' / ');
      return `| ${name} p50/p90/p99/max | ${values} |`;
    }),
    ...describeFaults(stress).map(([kind, counts]) => `| fault ${kind} | ${counts} |`),
    '',
  ];
}

function renderKernels(matrix: KernelMatrix | null): string[] {
  if (matrix === null) return [];
  const heads = matrix.kernels.map(({ name, release }) => (release === null ? name : `${name} (${release})`));
  const row = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  return [
    row(['test', ...heads]),
    `|---|${heads.map(() => '---|').join('')}`,
    ...matrix.rows.slice(0, MAX_ROWS).map(({ name, cells }) => row([name, ...cells.map(({ text }) => text)])),
    '',
  ];
}

function renderRow(guest: GuestResult): string {
  const passed = guest.tests.filter((test) => test.outcome === 'pass').length;
  const cells = [
    guest.id,
    guest.flaky ? `${guest.outcome} (flaky)` : guest.outcome,
    guest.boot_ms === null ? '' : formatDuration(guest.boot_ms),
    `${passed}/${guest.tests.length}`,
    String(transactionsOf(guest)),
    describeInterrupts(guest) ?? '',
    bdfOf(guest.device) ?? '',
  ];
  return `| ${cells.map(escapeMarkdown).join(' | ')} |`;
}

function renderProblem(guest: GuestResult): string[] {
  return [
    '',
    `**${escapeMarkdown(guest.id)}: ${guest.outcome}** ${escapeMarkdown(guest.reason ?? '')}`.trimEnd(),
    '',
    ...(guest.repeat === undefined ? [] : [`Again: ${escapeMarkdown(guest.repeat)}`, '']),
    ...failedTestsOf(guest).map(
      (test) => `- ${escapeMarkdown(test.name)}: ${escapeMarkdown(test.message ?? '')}`,
    ),
  ];
}

/** Neither Markdown nor HTML, nor a mention of somebody, comes out of a guest's text. */
function escapeMarkdown(text: string): string {
  return cleanLine(text, 500).replace(/[&<>@]|([\\`*_{}[\]()#+!|~])/g, (character, punctuation?: string) =>
    punctuation ? `\\${punctuation}` : `&#${character.charCodeAt(0)};`,
  );
}
