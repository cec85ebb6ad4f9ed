import { type InterruptDelta, interruptDelta, parseInterrupts } from '@coordinator/shared/interrupts';
import type { InterruptsResult, TestResult } from '@coordinator/shared/report';

/** What the device's interrupts counted, with the test that judges them. */
export interface InterruptsJudgement {
  readonly interrupts: InterruptsResult | null;
  readonly test: TestResult;
}

/**
 * Judges /proc/interrupts before and after the tests: the device must have raised at least one interrupt, and no
 * more than one for each transaction that was not refused as misconfigured.
 */
export function judgeInterrupts(
  texts: { readonly before: string | null; readonly after: string | null },
  guestBdf: string | null,
  tests: readonly TestResult[],
): InterruptsJudgement {
  if (guestBdf === null) return { interrupts: null, test: interruptsTest('skip', 'no device') };
  if (texts.before === null || texts.after === null) {
    return { interrupts: null, test: interruptsTest('fail', 'the agent sent no /proc/interrupts') };
  }
  let delta: InterruptDelta;
  try {
    delta = interruptDelta(
      parseInterrupts(texts.before),
      parseInterrupts(texts.after),
      (action) => action === guestBdf,
    );
  } catch (error) {
    return { interrupts: null, test: interruptsTest('fail', (error as Error).message) };
  }
  const interrupts = { device_total: delta.total, cpus: [...delta.cpus], rows: delta.rows.map(copyRow) };
  const expected = tests.reduce((sum, test) => sum + test.transactions - test.misconfigured, 0);
  return { interrupts, test: judgeTotal(delta, expected, guestBdf) };
}

/** The result when there is nothing to judge by. */
export function unjudgedInterrupts(why: string): TestResult {
  return interruptsTest('skip', why);
}

function judgeTotal(delta: InterruptDelta, expected: number, guestBdf: string): TestResult {
  if (expected === 0) return interruptsTest('skip', 'no transaction that raises an interrupt');
  if (delta.rows.length === 0) return interruptsTest('fail', `/proc/interrupts has no row of ${guestBdf}`);
  if (delta.total === 0) return interruptsTest('fail', `no interrupt for ${expected} transactions`);
  if (delta.total > expected) {
    return interruptsTest('fail', `${delta.total} interrupts for only ${expected} transactions`);
  }
  return interruptsTest('pass', null);
}

function interruptsTest(outcome: TestResult['outcome'], message: string | null): TestResult {
  return {
    name: 'interrupts',
    outcome,
    transactions: 0,
    misconfigured: 0,
    duration_ms: 0,
    message,
    output: null,
    transaction_us: null,
  };
}

function copyRow(row: InterruptDelta['rows'][number]): InterruptsResult['rows'][number] {
  return { ...row, before: [...row.before], after: [...row.after], delta: [...row.delta] };
}
