import type { GuestResult, Report, TestResult } from '@coordinator/shared/report';
import type { CreateReporter } from './reporter.ts';
import { cleanLine, cleanText } from './text.ts';

/** TAP 14 (testanything.org): a point for every guest, and its tests as a subtest. */
export const createReporter: CreateReporter = ({ output }) => ({
  onEnd(report) {
    output.write(renderTap(report));
  },
});

function renderTap(report: Report): string {
  const lines = ['TAP version 14', `1..${report.guests.length}`];
  for (const [index, guest] of report.guests.entries()) lines.push(...renderGuest(guest, index + 1));
  if (report.reason) lines.push(`Bail out! ${cleanLine(report.reason)}`);
  return `${lines.join('\n')}\n`;
}

function renderGuest(guest: GuestResult, number: number): string[] {
  const { id, outcome, reason, kernel, boot_ms, duration_ms, tests } = guest;
  const inner = [`1..${tests.length}`, ...tests.flatMap((test, index) => renderTest(test, index + 1))];
  return [
    ...(tests.length > 0 ? [`# Subtest: ${describe(id)}`, ...indent(inner, 4)] : []),
    `${outcome === 'pass' ? 'ok' : 'not ok'} ${number} - ${describe(id)}`,
    ...diagnostics({ outcome, reason, kernel, boot_ms, duration_ms }),
  ];
}

function renderTest(test: TestResult, number: number): string[] {
  const { name, outcome, message, transactions, duration_ms, transaction_us, output } = test;
  const skipped = outcome === 'skip' ? ` # SKIP ${message === null ? '' : describe(message)}`.trimEnd() : '';
  return [
    `${outcome === 'fail' ? 'not ok' : 'ok'} ${number} - ${describe(name)}${skipped}`,
    ...(outcome === 'fail'
      ? diagnostics({ message, severity: 'fail', transactions, duration_ms, output })
      : diagnostics({ transactions, duration_ms, transaction_us })),
  ];
}

/** A YAML block. JSON is YAML, and keeps whatever a guest wrote on one line and inside quotes. */
function diagnostics(fields: Record<string, unknown>): string[] {
  const entries = Object.entries(fields)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key}: ${JSON.stringify(typeof value === 'string' ? cleanText(value) : value)}`);
  return indent(['---', ...entries, '...'], 2);
}

/** In a description, "#" would begin a directive. */
function describe(text: string): string {
  return cleanLine(text).replace(/[\\#]/g, '\\$&');
}

function indent(lines: readonly string[], columns: number): string[] {
  return lines.map((line) => `${' '.repeat(columns)}${line}`);
}
