import type { Bounds, StepPromise } from '@coordinator/shared/exerciser';
import { CANNOT_EXECUTE, type RunResult } from '../runtime/runtime.ts';
import type { ToolRun } from './kit-tool.ts';
import type { ResultTally } from './tally.ts';

/**
 * Judges one run of a tool all of whose results must be good.
 * @returns null when the test passed, else why not, in one sentence.
 */
export function judgeRun(tool: string, run: ToolRun, promise: StepPromise, timeoutMs: number): string | null {
  const progress = progressOf(run.results, promise.results.max);
  return (
    describeEnd(tool, run, timeoutMs, progress) ??
    describeExit(tool, run, progress) ??
    judgeResults(tool, run.results, promise)
  );
}

/** "3 of 10 results" */
export function progressOf(results: ResultTally, expected: number): string {
  return `${results.total} of ${count(expected)}`;
}

/** How a tool ended that did not end by itself; null when it did. */
export function describeEnd(
  tool: string,
  { end, timedOut }: RunResult,
  timeoutMs: number,
  progress: string,
): string | null {
  if (timedOut) {
    const limit = `TIMEOUT after ${timeoutMs / 1000} seconds, with ${progress}`;
    return end.kind === 'lost' ? `${limit}; ${end.reason}` : limit;
  }
  if (end.kind === 'lost') return `${tool} did not run: ${end.reason}`;
  if (end.kind === 'signalled') return `${tool} was killed by ${end.signal} after ${progress}`;
  return null;
}

/**
 * What a tool that ended by itself says with its exit status; null when that is 0. Its own last words come first, then
 * the first result that was bad: a status alone means different things to different builds.
 * @param explain what a status stands for, where the tool left no word.
 */
export function describeExit(
  tool: string,
  { end, results, lastWords }: ToolRun,
  progress: string,
  explain: (status: number) => string | null = () => null,
): string | null {
  if (end.kind !== 'exited' || end.status === 0) return null;
  const exited = `${tool} exited with status ${end.status} after ${progress}`;
  if (end.status === CANNOT_EXECUTE) return `${exited}: it cannot be executed`;
  const bad = results.firstBad ? describeFirstBad(results) : null;
  const why = [lastWords ?? explain(end.status), bad].filter((part) => part !== null).join('; ');
  return why === '' ? exited : `${exited}: ${why}`;
}

/**
 * A tool that says all is well and prints something else is not to be believed.
 * @param options `allBad`: results that failed are what was asked for.
 */
export function judgeResults(
  tool: string,
  results: ResultTally,
  promise: StepPromise,
  { allBad = false }: { readonly allBad?: boolean } = {},
): string | null {
  const said = `${tool} exited with status 0, but`;
  if (!allBad && results.firstBad) return `${said} ${describeFirstBad(results)}`;
  if (results.disorder !== null) return `${said} ${results.disorder}`;
  const { total, misconfigured, aborted } = results;
  if (!isWithin(total, promise.results))
    return `${said} printed ${count(total)} where ${describeBounds(promise.results)} expected`;
  if (!isWithin(misconfigured, promise.misconfigured))
    return `${said} ${misconfigured} of ${count(total)} had status 22 (misconfigured) where ${describeBounds(promise.misconfigured)} expected`;
  if (!isWithin(aborted, promise.aborted))
    return `${said} ${aborted} of ${count(total)} had been aborted where ${describeBounds(promise.aborted)} expected`;
  return null;
}

function isWithin(value: number, { min, max }: Bounds): boolean {
  return value >= min && value <= max;
}

/** "1 was", "10 were", "4 to 8 were" */
function describeBounds({ min, max }: Bounds): string {
  if (min !== max) return `${min} to ${max} were`;
  return `${max} ${max === 1 ? 'was' : 'were'}`;
}

export function describeFirstBad({ firstBad, total, good }: ResultTally): string {
  if (!firstBad) return '';
  const { transaction, status, statusText, value } = firstBad;
  const text = statusText === '' ? '' : ` (${statusText})`;
  const at = value === null ? '' : `, value ${value}`;
  return `${total - good} of ${count(total)} failed, first transaction ${transaction} with status ${status}${text}${at}`;
}

/** "1 result", "3 results" */
export function count(results: number): string {
  return `${results} ${results === 1 ? 'result' : 'results'}`;
}
