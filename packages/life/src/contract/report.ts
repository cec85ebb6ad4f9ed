import { drivers } from '@coordinator/shared/exerciser/drivers';
import type { AgentMessage } from '@coordinator/shared/message';
import {
  type Bounds,
  contradictionInList,
  isProgram,
  judgeProgram,
  type Plan,
  type ProgramStep,
  promiseOf,
  type TestStep,
} from '@coordinator/shared/plan';
import type { Device } from '@coordinator/shared/report';
import { describeBounds, isWithin } from './bounds.ts';

type TestEnd = Extract<AgentMessage, { type: 'test-end' }>;

/**
 * What in the report of a planned test contradicts the plan or itself; null when nothing does. A test that is reported
 * as failed needs no such look.
 * @param probed whether the probe had passed: only then was there anything to test with
 */
export function contradictionIn(step: TestStep, end: TestEnd, probed: boolean): string | null {
  const { outcome, transactions, misconfigured, aborted, message } = end;
  if (isProgram(step)) return contradictionInProgram(step, end, probed);
  if (outcome === 'skip') return probed ? 'was skipped, though it could be done' : null;
  if (outcome === 'fail') return null;
  if (!probed) return 'is said to have passed, though there was no device';
  const { results, ...promise } = promiseOf(step);
  return (
    outside('results', transactions, results) ??
    outside('misconfigured transactions', misconfigured, promise.misconfigured) ??
    outside('aborted transactions', aborted, promise.aborted) ??
    durations(step, end) ??
    (message === null ? null : `is said to have passed, and to have failed: ${message}`)
  );
}

/** A program may skip what it cannot do; that it did, and that it passed, must be what its end and its sub-tests come to. */
function contradictionInProgram({ format }: ProgramStep, end: TestEnd, probed: boolean): string | null {
  const { outcome, program, message } = end;
  if (program) {
    const wrong = contradictionInList(program);
    if (wrong !== null) return wrong;
  }
  if (outcome === 'fail') return null;
  if (!probed) return outcome === 'skip' ? null : 'is said to have passed, though there was no device';
  if (!program) return `is said to be a ${outcome}, but not how its program ended`;
  const judged = judgeProgram(format, program);
  if (judged.outcome !== outcome)
    return `is said to be a ${outcome}, where its program comes to a ${judged.outcome}: ${judged.message ?? 'exit status 0'}`;
  if (end.transactions + end.misconfigured + end.aborted > 0) return 'a program reports no transactions';
  return outcome === 'skip' || message === null
    ? null
    : `is said to have passed, and to have failed: ${message}`;
}

/** What a probe has to find. */
interface WantedFunction {
  /** Null for any, and for none. */
  readonly driver: string | null;
  readonly hasNode: boolean;
}

/** A function that the plan names may be without a device file, and without a driver if it says so. */
export function wantedBy({ device, exerciser }: Pick<Plan, 'device' | 'exerciser'>): WantedFunction {
  return device
    ? { driver: device.driver, hasNode: false }
    : { driver: drivers[exerciser].name, hasNode: true };
}

/** The same for the probe, whose result is only as good as the device it found. */
export function contradictionInProbe(
  { outcome }: TestEnd,
  device: Device,
  { driver, hasNode }: WantedFunction,
): string | null {
  if (outcome === 'skip') return 'was skipped, though it could be done';
  if (outcome === 'fail') return null;
  if (device.guest_bdf === null || (hasNode && device.node === null))
    return `is said to have passed, but no function${hasNode ? ' or device file' : ''} was found`;
  return driver === null || device.driver === driver
    ? null
    : `is said to have passed, but the driver is ${device.driver ?? 'none'}, not ${driver}`;
}

/** Each result that tells its duration is in the histogram once; P2P's second ones tell none. */
function durations(step: TestStep, { transactions, latency_us }: TestEnd): string | null {
  const told = latency_us.reduce((sum, [, count]) => sum + count, 0);
  const due = step.mode === 'p2p' ? transactions / 2 : transactions;
  return told === due ? null : `told ${told} durations for ${due} transactions`;
}

function outside(what: string, value: number, bounds: Bounds): string | null {
  if (isWithin(value, bounds)) return null;
  return `reported ${value} ${what} where ${describeBounds(bounds)} were planned`;
}
