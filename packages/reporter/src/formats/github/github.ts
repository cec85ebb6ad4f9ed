import { appendFile } from 'node:fs/promises';
import type { GuestResult } from '@coordinator/shared/report';
import { formatDuration } from '@coordinator/shared/units';
import {
  bdfOf,
  describeAttempts,
  describeInterrupts,
  failedTestsOf,
  plural,
  transactionsOf,
} from '../../facts/guest.ts';
import { perGuestReporter } from '../../facts/per-guest.ts';
import { describeStress } from '../../facts/stress.ts';
import type { CreateReporter } from '../../reporter.ts';
import { renderJobSummary } from './job-summary.ts';
import { annotation, group } from './workflow-command.ts';

/** GitHub shows no more than ten annotations of a step and level. */
const MAX_WARNINGS = 10;

/** A group in the log for every guest, an annotation for what went wrong, and the job's summary. */
export const createReporter: CreateReporter = ({ output, environment }) =>
  perGuestReporter({
    guest: (guest) => output.write(`${renderGuest(guest).join('\n')}\n`),
    async end(report) {
      const stress = describeStress(report);
      if (stress !== null) output.write(`${annotation('notice', 'stress', stress)}\n`);
      if (report.reason) output.write(`${annotation('error', 'coordinator', report.reason)}\n`);
      const summaryFile = environment['GITHUB_STEP_SUMMARY'];
      if (summaryFile) await appendFile(summaryFile, renderJobSummary(report));
    },
  });

function renderGuest(guest: GuestResult): string[] {
  const facts = [
    plural(transactionsOf(guest), 'transaction'),
    describeInterrupts(guest),
    guest.device.node,
    bdfOf(guest.device),
    guest.kernel,
  ];
  const lines = [
    facts.filter((fact) => fact !== null).join('  '),
    ...guest.tests.map((test) =>
      [test.outcome, test.name, formatDuration(test.duration_ms), test.message ?? ''].join('  '),
    ),
    ...guest.warnings.map((warning) => `warning  ${warning.kind}  ${warning.line}`),
  ];
  return [
    group(`${guest.id} ${guest.outcome} in ${formatDuration(guest.duration_ms)}`, lines),
    // Annotations are shown even when the group is folded, and only outside of it.
    ...failedTestsOf(guest).map((test) =>
      annotation('error', `${guest.id} ${test.name}`, test.message ?? 'failed'),
    ),
    ...(guest.outcome === 'pass' || guest.outcome === 'fail'
      ? []
      : [annotation('error', `${guest.id} ${guest.outcome}`, guest.reason ?? guest.outcome)]),
    ...(guest.flaky ? [annotation('warning', `${guest.id} flaky`, describeAttempts(guest) ?? 'flaky')] : []),
    ...(guest.repeat !== undefined && guest.outcome !== 'pass'
      ? [annotation('notice', `${guest.id} again`, guest.repeat)]
      : []),
    ...guest.warnings
      .slice(0, MAX_WARNINGS)
      .map((warning) => annotation('warning', `${guest.id} ${warning.kind}`, warning.line)),
  ];
}
