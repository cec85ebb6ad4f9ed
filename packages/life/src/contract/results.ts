import type { TestResult } from '@coordinator/shared/report';

/** The result, failed if there is something that speaks against it. What had failed before keeps its own reason. */
export function held(result: TestResult, problem: string | null): TestResult {
  if (problem === null) return result;
  const message = result.message === null ? problem : `${result.message}; ${problem}`;
  return { ...result, outcome: 'fail', message };
}

const nothingDone = { transactions: 0, misconfigured: 0, duration_ms: 0, output: null, transaction_us: null };

/** What the interrupts of a round come to is a test of its own. */
export function interruptsTest(outcome: TestResult['outcome'], message: string | null): TestResult {
  return { name: 'interrupts', outcome, message, ...nothingDone };
}

/** A test that the plan leaves out, and why. */
export function skipped(name: string, message: string): TestResult {
  return { name, outcome: 'skip', message, ...nothingDone };
}
