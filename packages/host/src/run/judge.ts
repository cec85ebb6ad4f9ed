import { type InterruptDelta, interruptDelta, parseInterrupts } from '@coordinator/shared/interrupts';
import type { Device, InterruptsResult, TestResult } from '@coordinator/shared/report';
import { exerciserOfDriver, type InterruptRows } from '../exerciser/index.ts';

/** What the device's interrupts counted, with the test that judges them. */
export interface InterruptsJudgement {
  readonly interrupts: InterruptsResult | null;
  readonly test: TestResult;
}

/**
 * Judges /proc/interrupts before and after the tests: the device must have raised at least one interrupt, and no
 * more than one for each transaction that was not refused as misconfigured, or for each command where the guest
 * counted those.
 */
export function judgeInterrupts(
  texts: { readonly before: string | null; readonly after: string | null },
  { guest_bdf, driver }: Pick<Device, 'guest_bdf' | 'driver'>,
  tests: readonly TestResult[],
): InterruptsJudgement {
  if (guest_bdf === null) return { interrupts: null, test: interruptsTest('skip', 'no device') };
  if (texts.before === null || texts.after === null) {
    return { interrupts: null, test: interruptsTest('fail', 'the agent sent no /proc/interrupts') };
  }
  const rows = exerciserOfDriver(driver).interruptRows(guest_bdf);
  let delta: InterruptDelta;
  let counted: InterruptDelta;
  try {
    const [before, after] = [parseInterrupts(texts.before), parseInterrupts(texts.after)];
    delta = interruptDelta(before, after, rows.owns);
    counted = interruptDelta(before, after, rows.counts);
  } catch (error) {
    return { interrupts: null, test: interruptsTest('fail', (error as Error).message) };
  }
  const interrupts = { device_total: delta.total, cpus: [...delta.cpus], rows: delta.rows.map(copyRow) };
  const due = tests.reduce((sum, test) => sum + test.transactions - test.misconfigured, 0);
  const most = tests.reduce(
    (sum, test) => sum + (test.commands ?? test.transactions - test.misconfigured),
    0,
  );
  return { interrupts, test: judgeTotal(counted, { due, most }, rows) };
}

/** The result when there is nothing to judge by. */
export function unjudgedInterrupts(why: string): TestResult {
  return interruptsTest('skip', why);
}

/** `due` transactions should have raised interrupts, of which there may be `most`. */
function judgeTotal(
  { rows, total }: InterruptDelta,
  { due, most }: { due: number; most: number },
  { of, cause }: InterruptRows,
): TestResult {
  if (due === 0) return interruptsTest('skip', 'no transaction that raises an interrupt');
  // A tool may print what it likes.
  if (most === 0) return interruptsTest('fail', `${due} transactions, but no ${cause} reached the device`);
  if (rows.length === 0) return interruptsTest('fail', `/proc/interrupts has no row of ${of}`);
  if (total === 0) return interruptsTest('fail', `no interrupt for ${most} ${cause}s`);
  if (total > most) {
    return interruptsTest('fail', `${total} interrupts for only ${most} ${cause}s`);
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
