import type { SmmuteStep } from '@coordinator/shared/plan/job';
import type { ToolRun } from '../tool/kit-tool.ts';
import type { ResultTally } from '../tool/tally.ts';
import {
  count,
  describeEnd,
  describeExit,
  describeFirstBad,
  judgeResults,
  progressOf,
} from '../tool/verdict.ts';
import { expectedResults } from './arguments.ts';

const TOOL = 'smmute';

/** Exit statuses with a meaning of their own. */
const EXIT_MEANINGS: Readonly<Record<number, string>> = {
  14: 'this fault has nothing to act on in this mode',
  19: 'the driver does not support this',
};

/**
 * Judges one run of the `smmute` tool.
 * @returns null when the test passed, else why not, in one sentence.
 */
export function judge(step: SmmuteStep, run: ToolRun): string | null {
  const expected = expectedResults(step);
  const progress = progressOf(run.results, expected);
  const end =
    describeEnd(TOOL, run, step.timeout_ms, progress) ??
    describeExit(TOOL, run, progress, (status) => explain(status, step, run.results));
  if (end !== null) return end;
  return step.fault === null ? judgeResults(TOOL, run.results, expected) : judgeFault(step, run.results);
}

function explain(status: number, step: SmmuteStep, results: ResultTally): string | null {
  const meaning = EXIT_MEANINGS[status];
  if (meaning) return meaning;
  if (step.fault === null) return results.firstBad ? describeFirstBad(results) : null;
  return results.good > 0 && step.fault !== 'tlb' ? `the ${step.fault} fault was not reported` : null;
}

/**
 * With a fault, exit status 0 says that it was reported as it should be. Which results come with it depends on where
 * it strikes: the driver finds no buffer for `read` and `write` and launches nothing, `drv` makes the engine fail,
 * `tlb` lets at least one transaction through and strikes when its buffer is gone.
 */
function judgeFault(step: SmmuteStep, results: ResultTally): string | null {
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
