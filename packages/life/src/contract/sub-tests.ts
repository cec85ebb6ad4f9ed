import { freeName, type ProgramReport } from '@coordinator/shared/plan';
import type { TestResult } from '@coordinator/shared/report';

/** The sub-tests that a program told of, as results of their own: TEST/NAME. */
export function resultsOfSubTests(test: string, program: ProgramReport): TestResult[] {
  const { subtests, unlisted, unlisted_failed } = program;
  const used = new Set<string>();
  const one = (name: string, outcome: TestResult['outcome'], message: string | null): TestResult => ({
    ...{ name: freeName(`${test}/${name}`, used), parent: test, outcome, message },
    ...{ transactions: 0, misconfigured: 0, duration_ms: 0, output: null, transaction_us: null },
  });
  const listed = subtests.map(({ name, outcome, message }) => one(name, outcome, message));
  if (unlisted === 0) return listed;
  const failed = unlisted_failed > 0 ? `, ${unlisted_failed} of which failed` : '';
  const rest = one(
    `${unlisted}-more`,
    unlisted_failed > 0 ? 'fail' : 'pass',
    `${unlisted} more sub-tests${failed}: too many to list`,
  );
  return [...listed, rest];
}
