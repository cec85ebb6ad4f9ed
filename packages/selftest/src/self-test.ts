import { join } from 'node:path';
import { messageOf } from '@coordinator/base/errors';
import { removeTree } from '@coordinator/base/files';
import { Guest } from '@coordinator/runner/guest';
import {
  describeRun,
  endSignal,
  guestEnded,
  type RunOptions,
  RunRecorder,
  seedSteps,
} from '@coordinator/runner/run';
import type { RunEvent } from '@coordinator/shared/event';
import type { Plan } from '@coordinator/shared/plan';
import { exitCodes, judgeRun, type Report } from '@coordinator/shared/report';
import type { SelfTestCase } from './case.ts';
import { makeKit } from './kits.ts';
import { planOf } from './plans.ts';
import { judgeCase, matches, type SelfTestVerdict } from './verdict.ts';
import { Watch } from './watch.ts';

export interface SelfTestOptions extends Omit<RunOptions, 'guests' | 'plan' | 'seed' | 'vary' | 'retries'> {
  readonly cases: readonly SelfTestCase[];
  /** Guests at once. */
  readonly jobs: number;
  /** Only the tests that should notice, instead of the whole plan. */
  readonly short: boolean;
  /** The agent that lies, bundled. */
  readonly liar: string;
  /** Folder of the drivers that were built from changed sources. */
  readonly drivers: string;
  readonly onVerdict: (result: SelfTestResult, done: number) => void;
}

export interface SelfTestResult {
  readonly case: SelfTestCase;
  readonly verdict: SelfTestVerdict;
  /** Milliseconds that its guest took. */
  readonly duration_ms: number;
}

/** A transaction that never ends is noticed by the limit of its test: a short one, as it is expected. */
const HANG_LIMIT_MS = 10_000;

/**
 * Runs the plan once for each case, in a guest of its own in which that one thing is broken. Never rejects.
 * @returns the report; it passes when everything broken was caught by what should, and everything whole passed.
 */
export async function selfTest(
  options: SelfTestOptions,
): Promise<{ report: Report; results: SelfTestResult[] }> {
  const recorder = new RunRecorder(options.listeners);
  const { emit } = recorder;
  const { cases, folder } = options;
  const signal = endSignal(options);
  const ids = cases.map(({ name }) => name);
  emit({ ...describeRun({ ...options, plan: planOf('default') }), plan: 'selftest', guests: ids });
  const results: SelfTestResult[] = [];

  const runCase = async (one: SelfTestCase): Promise<void> => {
    const place = join(folder, one.name);
    const kitFolder = join(folder, `${one.name}.kit`);
    const kit = await makeKit(kitFolder, one.name, one.broken, options);
    try {
      const plan = planFor(one, options.short);
      const watch = new Watch(one, emit);
      const ends = AbortSignal.any([signal, watch.noticed]);
      const setting = { ...options, plan, kit, emit: watch.emit, signal: ends };
      const end = await new Guest(one.name, place, setting).run();
      emit(guestEnded(watch.isNoticed && !signal.aborted ? { ...end, ...watch.ending } : end));
      const verdict = judgeCase(one, recorder.builder.guest(one.name));
      const result = { case: one, verdict, duration_ms: end.duration_ms };
      results.push(result);
      if (!signal.aborted) options.onVerdict(result, results.length);
    } finally {
      await removeTree(kitFolder);
    }
  };
  const waiting = [...cases];
  const worker = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined && !signal.aborted; one = waiting.shift()) {
      const unclear = { case: one, duration_ms: 0 };
      await runCase(one).catch((error: unknown) => {
        const message = `could not be run: ${messageOf(error)}`;
        results.push({ ...unclear, verdict: { verdict: 'unclear', by: [], message } });
      });
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, worker));

  const reason = reasonOf(options, results);
  const judged = options.interrupt.aborted
    ? judgeRun([{ outcome: 'error', error_kind: 'interrupted' }], null)
    : judgeRun([], options.failure.aborted ? reason : null);
  const end: Extract<RunEvent, { type: 'run-ended' }> = {
    ...{ type: 'run-ended', at_ms: 0, ...judged, reason },
    ...(judged.outcome === 'pass' && reason !== null ? { outcome: 'fail', exit_code: exitCodes.failed } : {}),
  };
  emit(end);
  return { report: recorder.builder.report(), results };
}

/** Why the self-test as a whole did not pass; null when it did. */
function reasonOf({ failure, cases }: SelfTestOptions, results: readonly SelfTestResult[]): string | null {
  if (failure.aborted) return String(failure.reason);
  const caught = results.filter(({ verdict }) => verdict.verdict === 'caught').length;
  return caught === cases.length
    ? null
    : `${cases.length - caught} of ${cases.length} cases did not go as they should`;
}

/** Seeds are those that the whole plan has, so that the short form does the very same. */
export function planFor({ plan, caughtBy, ends }: SelfTestCase, short: boolean): Plan {
  const whole = seedSteps(planOf(plan));
  const limited =
    ends === 'hang' ? whole.tests.map((step) => ({ ...step, timeout_ms: HANG_LIMIT_MS })) : whole.tests;
  if (!short || caughtBy.length === 0) return { ...whole, tests: limited };
  const wanted = limited.filter(({ name }) => caughtBy.some((pattern) => matches(pattern, name)));
  // What should notice by other means needs something to notice: the first two tests.
  const tests = wanted.length > 0 && !caughtBy.includes('plan') ? wanted : limited.slice(0, 2);
  return { ...whole, tests };
}
