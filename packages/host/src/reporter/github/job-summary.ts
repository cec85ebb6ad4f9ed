import type { GuestResult, Report } from '@coordinator/shared/report';
import { formatDuration } from '@coordinator/shared/units';
import { bdfOf, describeCounts, describeInterrupts, failedTestsOf, transactionsOf } from '../guest-facts.ts';
import { cleanLine } from '../text.ts';

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
    '| guest | outcome | boot | tests | transactions | interrupts | device |',
    '|---|---|---:|---:|---:|---|---|',
    ...rows.map(renderRow),
    ...problems.flatMap(renderProblem),
    '',
  ].join('\n');
}

function renderRow(guest: GuestResult): string {
  const passed = guest.tests.filter((test) => test.outcome === 'pass').length;
  const cells = [
    guest.id,
    guest.outcome,
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
