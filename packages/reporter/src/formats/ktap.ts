import type { GuestResult, Report, StressResult, TestResult } from '@coordinator/shared/report';
import { describeAttempts, guestProblem } from '../facts/guest.ts';
import { describeFaults, describeStress } from '../facts/stress.ts';
import { cleanLine, cleanText } from '../facts/text.ts';
import type { CreateReporter } from '../reporter.ts';

/**
 * KTAP 1 (the kernel's Documentation/dev-tools/ktap.rst): a result for every guest, with its tests nested. The kernel's
 * own kunit.py counts leaves only, so how the guest itself fared is the last of them.
 */
export const createReporter: CreateReporter = ({ output }) => ({
  onEnd(report) {
    const points = report.guests.length + (report.stress ? 1 : 0);
    const lines = [
      'KTAP version 1',
      `1..${points}`,
      ...report.guests.flatMap((guest, index) => renderGuest(guest, index + 1)),
      ...(report.stress ? renderRounds(report, report.stress, points) : []),
      ...(report.reason ? [`# ${cleanLine(report.reason)}`] : []),
    ];
    output.write(`${lines.join('\n')}\n`);
  },
});

/** All rounds of a stress run together. */
function renderRounds(report: Report, stress: StressResult, number: number): string[] {
  return [
    `# ${describeStress(report)}`,
    ...describeFaults(stress).map(([kind, counts]) => `# fault ${kind}: ${counts}`),
    `${stress.failures === 0 ? 'ok' : 'not ok'} ${number} rounds`,
  ];
}

function renderGuest(guest: GuestResult, number: number): string[] {
  const { tests } = guest;
  const directive = guestDirective(guest);
  const fared = guestProblem(guest) === null ? 'ok' : 'not ok';
  const nested = [
    'KTAP version 1',
    `1..${tests.length + 1}`,
    ...tests.flatMap((test, index) => renderTest(test, index + 1)),
    `${fared} ${tests.length + 1} guest${directive && ` # ${directive}`}`,
  ].map((line) => `  ${line}`);
  const retried = describeAttempts(guest);
  return [
    ...nested,
    ...(guest.reason ? [`# ${cleanLine(guest.reason)}`] : []),
    ...(retried === null ? [] : [`# ${guest.flaky ? 'FLAKY ' : ''}${cleanLine(retried)}`]),
    ...(guest.repeat === undefined || guest.outcome === 'pass'
      ? []
      : [`# repeat: ${cleanLine(guest.repeat)}`]),
    `${guest.outcome === 'pass' ? 'ok' : 'not ok'} ${number} ${nameOf(guest.id)}${directive && ` # ${directive}`}`,
  ];
}

/** The kernel died, no progress, and the harness failed are three things; a failed test speaks for itself. */
function guestDirective({ outcome, error_kind, duration_ms }: GuestResult): string {
  switch (outcome) {
    case 'panic':
      return 'kernel panic';
    case 'hang':
      return `TIMEOUT ${Math.max(1, Math.round(duration_ms / 1000))} seconds`;
    case 'error':
      return `ERROR ${error_kind ?? ''}`.trimEnd();
    default:
      return '';
  }
}

function renderTest(test: TestResult, number: number): string[] {
  const { name, outcome, message } = test;
  const details = outcome === 'fail' ? [message, test.output] : [];
  const diagnostics = details
    .filter((detail) => detail !== null)
    .flatMap((detail) => cleanText(detail).trimEnd().split('\n'))
    .map((line) => `# ${line}`.trimEnd());
  const skipped = outcome === 'skip' ? ` # SKIP ${cleanLine(message ?? '')}`.trimEnd() : '';
  return [...diagnostics, `${outcome === 'fail' ? 'not ok' : 'ok'} ${number} ${nameOf(name)}${skipped}`];
}

/** A name must not hold "#"; there is no escape for it. */
function nameOf(text: string): string {
  return cleanLine(text).replaceAll('#', '_');
}
