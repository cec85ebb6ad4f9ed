import type { TestStep } from '@coordinator/shared/plan/job';
import { CANNOT_EXECUTE, type RunResult } from '../runtime/runtime.ts';
import { expectedResults } from './arguments.ts';
import type { ResultTally } from './tally.ts';

/** Exit statuses with a meaning of their own. */
const EXIT_MEANINGS: Record<number, string> = {
  2: 'it does not understand its arguments',
  14: 'this fault has nothing to act on in this mode',
  19: 'the driver does not support this',
  [CANNOT_EXECUTE]: 'it cannot be executed',
};

/**
 * Judges one run of the `smmute` tool.
 * @param lastWords the last line it printed, or null
 * @returns null when the test passed, else why not, in one sentence.
 */
export function judge(
  step: TestStep,
  run: RunResult,
  results: ResultTally,
  lastWords: string | null,
): string | null {
  const progress = `${results.total} of ${count(expectedResults(step))}`;
  const soFar = `after ${progress}`;
  if (run.timedOut) {
    const limit = `TIMEOUT after ${step.timeout_ms / 1000} seconds, with ${progress}`;
    return run.end.kind === 'lost' ? `${limit}; ${run.end.reason}` : limit;
  }
  if (run.end.kind === 'lost') return `smmute did not run: ${run.end.reason}`;
  if (run.end.kind === 'signalled') return `smmute was killed by ${run.end.signal} ${soFar}`;
  if (run.end.status !== 0) return describeExit(run.end.status, step, results, soFar, lastWords);
  return step.fault === null ? judgeResults(step, results) : judgeFault(step, results);
}

function describeExit(
  status: number,
  step: TestStep,
  results: ResultTally,
  soFar: string,
  lastWords: string | null,
): string {
  const exited = `smmute exited with status ${status} ${soFar}`;
  const meaning = EXIT_MEANINGS[status];
  if (meaning) return `${exited}: ${meaning}`;
  if (step.fault === null && results.firstBad) return `${exited}: ${describeFirstBad(results)}`;
  if (step.fault !== null && results.good > 0 && step.fault !== 'tlb') {
    return `${exited}: the ${step.fault} fault was not reported`;
  }
  return lastWords === null ? exited : `${exited}: ${lastWords}`;
}

function judgeResults(step: TestStep, results: ResultTally): string | null {
  const expected = expectedResults(step);
  // A tool that says all is well and prints something else is not to be believed.
  if (results.firstBad) return `smmute exited with status 0, but ${describeFirstBad(results)}`;
  if (results.total === expected) return null;
  return `smmute exited with status 0, but printed ${count(results.total)} where ${expected} ${expected === 1 ? 'was' : 'were'} expected`;
}

/**
 * With a fault, exit status 0 says that it was reported as it should be. Which results come with it depends on where
 * it strikes: the driver finds no buffer for `read` and `write` and launches nothing, `drv` makes the engine fail,
 * `tlb` lets at least one transaction through and strikes when its buffer is gone.
 */
function judgeFault(step: TestStep, results: ResultTally): string | null {
  const expected = expectedResults(step);
  if (results.total > expected) {
    return `smmute printed ${count(results.total)} where at most ${expected} could come`;
  }
  if (step.fault === 'tlb') {
    return results.good > 0 ? null : 'smmute printed no good result before the tlb fault';
  }
  if (results.good > 0) {
    return `the ${step.fault} fault was injected, but ${results.good} of ${count(results.total)} had status 0`;
  }
  if (step.fault !== 'drv') return null;
  if (results.total === 0) return 'the drv fault was injected, but smmute printed no result of it';
  // An inverted address is odd, which SUM64 refuses; the other commands must run into it.
  if (step.mode !== 'sum64' && results.aborted === 0) {
    return 'the drv fault was injected, but the engine refused every transaction as misconfigured';
  }
  return null;
}

function describeFirstBad({ firstBad, total, good }: ResultTally): string {
  if (!firstBad) return '';
  const { transaction, status, statusText, value } = firstBad;
  const text = statusText === '' ? '' : ` (${statusText})`;
  return `${total - good} of ${count(total)} failed, first transaction ${transaction} with status ${status}${text}, value ${value}`;
}

function count(results: number): string {
  return `${results} ${results === 1 ? 'result' : 'results'}`;
}
