import { promiseOf, type StepOf, type StepPromise } from '@coordinator/shared/exerciser';
import type { ToolRun } from '../../tool/kit-tool.ts';
import type { ResultTally } from '../../tool/tally.ts';
import { count, describeEnd, describeExit, judgeResults, progressOf } from '../../tool/verdict.ts';

const TOOL = 'smmute';

/** What the tool's exit statuses say, if it left no word of its own: errno's, as its vendor's has them. */
const EXIT_MEANINGS: Readonly<Record<number, string>> = {
  2: 'there is no such device',
  14: 'data or a sum was wrong, or an injected fault was not reported',
  19: 'the driver does not support this',
};

/**
 * Judges one run of the `smmute` tool.
 * @returns null when the test passed, else why not, in one sentence.
 */
export function judge(step: StepOf<'smmute'>, run: ToolRun): string | null {
  const promise = promiseOf(step);
  const progress = progressOf(run.results, promise.results.max);
  const end =
    describeEnd(TOOL, run, step.timeout_ms, progress) ??
    describeExit(TOOL, run, progress, (status) => EXIT_MEANINGS[status] ?? null);
  if (end !== null) return end;
  return step.fault === null
    ? judgeResults(TOOL, run.results, promise)
    : judgeFault(step, run.results, promise);
}

/** With a fault, exit status 0 says that it was reported as it should be; the results have to say the same. */
function judgeFault(
  { fault, mode }: StepOf<'smmute'>,
  results: ResultTally,
  promise: StepPromise,
): string | null {
  if (fault === 'tlb') return judgeResults(TOOL, results, promise);
  // Of a P2P transaction whose first launch fails, drivers tell different things of the second.
  const good = results.good - (mode === 'p2p' ? results.goodSeconds : 0);
  if (good > 0) return `the ${fault} fault was injected, but ${good} of ${count(results.total)} had status 0`;
  return judgeResults(TOOL, results, promise, { allBad: true });
}
