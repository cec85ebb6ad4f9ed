import { drivers, type InterruptRows } from '@coordinator/shared/exerciser/drivers';
import { type InterruptDelta, interruptDelta, parseInterrupts } from '@coordinator/shared/interrupts';
import { type ExerciserName, promiseOf, type TestStep } from '@coordinator/shared/plan';
import type { Device, InterruptsResult, TestResult } from '@coordinator/shared/report';

/** /proc/interrupts at one moment. */
export interface Reading {
  readonly text: string;
  /** Labels of the device's rows, where its guest tells them. */
  readonly numbers?: readonly string[] | undefined;
}

/** At two moments. */
export interface Readings {
  readonly before: Reading;
  readonly after: Reading;
}

/** Whose interrupts are judged. */
export interface Subject extends Pick<Device, 'guest_bdf'> {
  readonly exerciser: ExerciserName;
}

/** A test between the two, as it was planned and as it was reported. */
export interface JudgedTest {
  readonly step: TestStep;
  readonly result: TestResult;
}

export interface InterruptsJudgement {
  /** For the report: every row of the device; null when the readings could not be compared. */
  readonly interrupts: InterruptsResult | null;
  /** Interrupts on the rows that count. */
  readonly total: number;
  /** The same by vector. */
  readonly byVector: readonly number[];
  /** What is wrong, in one sentence; null when nothing is. */
  readonly problem: string | null;
}

/** What tests together may raise. */
interface Due {
  /** Transactions that raise an interrupt, for people. */
  readonly causes: number;
  readonly min: number;
  readonly max: number;
  /** Whether each waits for its result, so that nothing can merge and vectors are taken in turn. */
  readonly exact: boolean;
  /** Launches that raise none, though each may have taken its turn among the vectors. */
  readonly silent: number;
  /** Whether somebody's program was at the device, which may do anything in any order. */
  readonly foreign: boolean;
}

/**
 * Judges what the device's interrupts counted while `tests` ran. A transaction that waits for its result raises
 * exactly one, unless it was refused as misconfigured; those that overlap may merge, but every vector that was used
 * has had one. Where the guest counts commands instead (NVMe), there is at least one and at most one a command.
 */
export function judgeInterrupts(
  readings: Readings,
  { guest_bdf, exerciser }: Subject,
  tests: readonly JudgedTest[],
): InterruptsJudgement {
  const rowsAt = ({ numbers = [] }: Reading) =>
    drivers[exerciser].interruptRows(guest_bdf ?? 'the function', numbers);
  const [rowsBefore, rows] = [rowsAt(readings.before), rowsAt(readings.after)];
  let delta: InterruptDelta;
  let counted: InterruptDelta;
  try {
    const [before, after] = [parseInterrupts(readings.before.text), parseInterrupts(readings.after.text)];
    delta = interruptDelta(before, after, rows.owns, rowsBefore.owns);
    counted = interruptDelta(before, after, rows.counts, rowsBefore.counts);
  } catch (error) {
    return { interrupts: null, total: 0, byVector: [], problem: (error as Error).message };
  }
  const interrupts = { device_total: delta.total, cpus: [...delta.cpus], rows: delta.rows.map(copyRow) };
  const byVector = countsByVector(counted);
  return { interrupts, total: counted.total, byVector, problem: problemOf(counted, byVector, tests, rows) };
}

/** Kernels number a function's interrupts as its vectors are. */
function countsByVector({ rows }: InterruptDelta): number[] {
  const order = rows.toSorted((a, b) => (a.hwirq ?? Number(a.irq)) - (b.hwirq ?? Number(b.irq)));
  return order.map(({ delta }) => delta.reduce((sum, count) => sum + count, 0));
}

function problemOf(
  counted: InterruptDelta,
  byVector: readonly number[],
  tests: readonly JudgedTest[],
  rows: InterruptRows,
): string | null {
  const due = dueOf(tests, counted.rows.length);
  const { total } = counted;
  const { cause, of } = rows;
  if (tests.some(({ result }) => result.transactions > 0 && result.commands === 0))
    return `${due.causes} transactions, but no ${cause} reached the device`;
  const isDue = due.max > 0 && (due.min > 0 || Number.isFinite(due.max));
  if (isDue && counted.rows.length === 0 && counted.vanishedRows.length === 0)
    return `/proc/interrupts has no row of ${of}`;
  if (total > due.max)
    return due.foreign
      ? `${total} interrupts, where the plan allows ${due.max}`
      : `${total} interrupts for only ${due.max} ${cause}s`;
  const vanished = describeVanished(counted);
  // A program may have had the driver let go of them.
  if (due.foreign && Number.isFinite(due.max) && vanished !== null)
    return `${total} interrupts, and that there were no more than ${due.max} is not known: ${vanished}`;
  if (total >= due.min) return rows.inTurn && !due.foreign ? vectorProblem(counted, byVector, due) : null;
  if (vanished !== null)
    return `${total} of ${due.min} interrupts can be accounted for: ${vanished}, and what was counted there is not known`;
  if (due.foreign) return `${total} interrupts, of which the plan has ${due.min} at least`;
  if (total === 0) return `no interrupt for ${due.max} ${cause}s`;
  return `${total} interrupts for ${due.max} ${cause}s${due.exact ? '' : `, of which ${due.min} at least must come`}: ${due.min - total} never came`;
}

function dueOf(tests: readonly JudgedTest[], vectors: number): Due {
  const due = { causes: 0, min: 0, max: 0, exact: true, silent: 0, foreign: false };
  for (const { step, result } of tests) {
    // A transaction that is refused may have taken its turn without an interrupt, and moved those behind it.
    if (tests.length > 1 && 'fault' in step && step.fault !== null) due.exact = false;
    const causes = result.transactions - result.misconfigured;
    due.causes += causes;
    const { interrupts, overlaps, misconfigured, inTurn, work } = promiseOf(step);
    due.foreign ||= !inTurn;
    due.silent += work ? work.launches.max - work.interrupts.min : misconfigured.max;
    if (interrupts === null) {
      due.exact = false;
      due.max += result.commands ?? causes;
      if (result.outcome === 'pass') due.min += 1;
      continue;
    }
    // What a test that failed raised is not known; it is held to no more than it was asked for.
    if (result.outcome !== 'pass') {
      due.exact = false;
      due.max += interrupts.max;
      continue;
    }
    if (overlaps || interrupts.min !== interrupts.max) due.exact = false;
    due.max += interrupts.max;
    due.min += overlaps ? Math.min(interrupts.max, Math.max(1, vectors)) : interrupts.min;
  }
  return due;
}

/**
 * Vectors are handed out in turn: none has more than one interrupt more than another, and none is left out unless those
 * that are silent can have fallen on it.
 */
function vectorProblem(
  { vanishedRows, vanishedCpus, total }: InterruptDelta,
  counts: readonly number[],
  due: Due,
): string | null {
  if (total === 0 || vanishedRows.length > 0 || vanishedCpus.length > 0) return null;
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const leastDue = Math.floor((due.min + due.silent) / counts.length) - due.silent;
  const inTurn = due.exact ? most - least <= 1 : least > 0 || leastDue <= 0;
  return inTurn ? null : `the vectors were not used in turn: ${counts.join(', ')} interrupts`;
}

/** "CPU1 and CPU5 went offline between the readings" */
function describeVanished({ vanishedCpus, vanishedRows }: InterruptDelta): string | null {
  const parts: string[] = [];
  if (vanishedCpus.length > 0)
    parts.push(`${vanishedCpus.map((cpu) => `CPU${cpu}`).join(', ')} went offline`);
  if (vanishedRows.length > 0) parts.push(`the rows of interrupts ${vanishedRows.join(', ')} went away`);
  return parts.length === 0 ? null : `${parts.join(' and ')} between the readings`;
}

function copyRow(row: InterruptDelta['rows'][number]): InterruptsResult['rows'][number] {
  return { ...row, before: [...row.before], after: [...row.after], delta: [...row.delta] };
}
