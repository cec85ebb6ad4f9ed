import { CANNOT_EXECUTE, type RunResult } from '../runtime/runtime.ts';
import type { ToolRun } from './kit-tool.ts';
import type { ResultTally } from './tally.ts';

/** Exit statuses that every tool of the kit gives the same meaning. */
const EXIT_MEANINGS: Readonly<Record<number, string>> = {
  2: 'it does not understand its arguments',
  [CANNOT_EXECUTE]: 'it cannot be executed',
};

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
 * What a tool that ended by itself says with its exit status; null when that is 0.
 * @param explain what is known better of a status; null leaves it to what the tool printed.
 */
export function describeExit(
  tool: string,
  { end, results, lastWords }: ToolRun,
  progress: string,
  explain: (status: number) => string | null = () => (results.firstBad ? describeFirstBad(results) : null),
): string | null {
  if (end.kind !== 'exited' || end.status === 0) return null;
  const exited = `${tool} exited with status ${end.status} after ${progress}`;
  const why = EXIT_MEANINGS[end.status] ?? explain(end.status) ?? lastWords;
  return why === null ? exited : `${exited}: ${why}`;
}

/** A tool that says all is well and prints something else is not to be believed. */
export function judgeResults(tool: string, results: ResultTally, expected: number): string | null {
  if (results.firstBad) return `${tool} exited with status 0, but ${describeFirstBad(results)}`;
  if (results.total === expected) return null;
  return `${tool} exited with status 0, but printed ${count(results.total)} where ${expected} ${expected === 1 ? 'was' : 'were'} expected`;
}

export function describeFirstBad({ firstBad, total, good }: ResultTally): string {
  if (!firstBad) return '';
  const { transaction, status, statusText, value } = firstBad;
  const text = statusText === '' ? '' : ` (${statusText})`;
  return `${total - good} of ${count(total)} failed, first transaction ${transaction} with status ${status}${text}, value ${value}`;
}

/** "1 result", "3 results" */
export function count(results: number): string {
  return `${results} ${results === 1 ? 'result' : 'results'}`;
}
