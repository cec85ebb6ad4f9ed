import type { GuestResult, Report, StressResult, TestResult } from '@coordinator/shared/report';
import { describeAttempts } from '../facts/guest.ts';
import { describeFaults } from '../facts/stress.ts';
import { cleanLine, cleanText } from '../facts/text.ts';
import type { CreateReporter } from '../reporter.ts';

/** TAP 14 (testanything.org): a point for every guest, and its tests as a subtest. */
export const createReporter: CreateReporter = reporterOf(14);

/**
 * The same as TAP 13, for consumers that take no later one: Perl's `prove` before 3.48, Debian 12's among them. What 14
 * has more, sub-tests, is to them lines without a meaning.
 */
export const createTap13Reporter: CreateReporter = reporterOf(13);

function reporterOf(version: 13 | 14): CreateReporter {
  return ({ output }) => ({
    onEnd(report) {
      output.write(renderTap(report, version));
    },
  });
}

function renderTap(report: Report, version: 13 | 14): string {
  const { guests, stress } = report;
  const points = guests.length + (stress ? 1 : 0);
  const lines = [`TAP version ${version}`, `1..${points}`];
  for (const [index, guest] of guests.entries()) lines.push(...renderGuest(guest, index + 1));
  if (stress) lines.push(...renderRounds(stress, points));
  if (report.reason) lines.push(`Bail out! ${cleanLine(report.reason)}`);
  return `${lines.join('\n')}\n`;
}

/** The point of all rounds of a stress run together; those that failed are points of their own. */
function renderRounds(stress: StressResult, number: number): string[] {
  const { boot_ms, agent_ms, round_ms, transaction_us, outcomes, vectors, seed } = stress;
  const { rounds_ended: rounds, failures, transactions, guests_per_minute } = stress;
  return [
    `${failures === 0 ? 'ok' : 'not ok'} ${number} - rounds`,
    ...diagnostics({ rounds, failures, outcomes, seed, transactions, vectors, guests_per_minute }),
    ...Object.entries({ boot_ms, agent_ms, round_ms, transaction_us }).flatMap(([name, spread]) =>
      spread ? [`# ${name} p50 ${spread.p50} p90 ${spread.p90} p99 ${spread.p99} max ${spread.max}`] : [],
    ),
    ...describeFaults(stress).map(([kind, counts]) => `# ${kind}: ${counts}`),
  ];
}

function renderGuest(guest: GuestResult, number: number): string[] {
  const { id, outcome, reason, kernel, boot_ms, duration_ms, tests } = guest;
  const flaky = guest.flaky ? true : null;
  const repeat = guest.repeat ?? null;
  const retried = describeAttempts(guest);
  const inner = [`1..${tests.length}`, ...tests.flatMap((test, index) => renderTest(test, index + 1))];
  return [
    ...(tests.length > 0 ? [`# Subtest: ${describe(id)}`, ...indent(inner, 4)] : []),
    `${outcome === 'pass' ? 'ok' : 'not ok'} ${number} - ${describe(id)}`,
    // After the block, which must follow its point.
    ...diagnostics({ outcome, reason, flaky, repeat, kernel, boot_ms, duration_ms }),
    ...(retried === null ? [] : [`# ${guest.flaky ? 'FLAKY ' : ''}${cleanLine(retried)}`]),
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
