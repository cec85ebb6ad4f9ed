import type { ProgramFormat } from './step.ts';

/** How much of what a program prints becomes results. */
export const subTestLimits = { listed: 400, name: 100, message: 160, depth: 8 } as const;

type Outcome = 'pass' | 'fail' | 'skip';

/** A result that a program printed. */
export interface SubTest {
  /** Those of a sub-test's own are named SUB-TEST/NAME. */
  readonly name: string;
  readonly outcome: Outcome;
  readonly message: string | null;
  /** 0 for the outermost. */
  readonly depth: number;
}

/** What a program came to, as its agent tells it. With the format `exit`, nothing is known of sub-tests. */
export interface ProgramReport {
  /** Exit status; null when it did not end by itself. */
  readonly status: number | null;
  /** The number in the plan line of the outermost sub-tests; null when there was none. */
  readonly planned: number | null;
  /** Results of the outermost sub-tests, listed or not. */
  readonly results: number;
  /** In the order in which they ended, those of a sub-test behind it. */
  readonly subtests: readonly SubTest[];
  /** Results that are not listed, as there are too many; and how many of them failed. */
  readonly unlisted: number;
  readonly unlisted_failed: number;
  /** What is wrong with the output, first: "Bail out!", a nested plan that is short. */
  readonly problem: string | null;
}

/** The exit status that says that a test cannot be done (KSFT_SKIP of the kernel's kselftest.h). */
const SKIPPED = 4;
/** Sub-tests that a message names. */
const MAX_NAMED = 3;

/**
 * What a program's report comes to. The agent judges by it, and the host the agent.
 * `message` is null for a pass.
 */
export function judgeProgram(
  format: ProgramFormat,
  report: ProgramReport,
): { readonly outcome: Outcome; readonly message: string | null } {
  const { status } = report;
  const fail = (message: string) => ({ outcome: 'fail', message }) as const;
  const skip = (message: string) => ({ outcome: 'skip', message }) as const;
  if (status === null) return fail('did not end by itself');
  const failed = format === 'exit' ? null : describeFailed(report);
  if (status === SKIPPED && failed === null && report.problem === null)
    return skip(`exited with status ${SKIPPED}`);
  const exited = status === 0 ? null : `exited with status ${status}`;
  const wrong = [failed, format === 'exit' ? null : outputProblem(format, report, status), exited];
  const found = wrong.filter((one) => one !== null);
  if (found.length > 0) return fail(found.join('; '));
  if (format === 'exit') return { outcome: 'pass', message: null };
  const all = report.unlisted === 0 && report.subtests.every(({ outcome }) => outcome === 'skip');
  return all ? skip(describeSkipped(report)) : { outcome: 'pass', message: null };
}

function describeFailed({ subtests, unlisted, unlisted_failed }: ProgramReport): string | null {
  const failed = subtests.filter(({ outcome }) => outcome === 'fail');
  const count = failed.length + unlisted_failed;
  if (count === 0) return null;
  const named = failed.slice(0, MAX_NAMED).map(({ name }) => name);
  const more = count > named.length && named.length > 0 ? ', …' : '';
  return `${count} of ${subtests.length + unlisted} sub-tests failed${named.length > 0 ? `: ${named.join(', ')}${more}` : ''}`;
}

function outputProblem(format: ProgramFormat, report: ProgramReport, status: number): string | null {
  const { problem, results, planned } = report;
  if (problem !== null) return problem;
  if (planned !== null && planned !== results)
    return `${results} sub-tests came, where its plan is 1..${planned}`;
  // What is wrong already need not have come so far.
  if (status !== 0) return null;
  if (results === 0 && planned === null) return `no sub-test came, as ${format.toUpperCase()} has them`;
  return format === 'tap' && planned === null ? 'its output has no plan (1..N)' : null;
}

const describeSkipped = ({ subtests }: ProgramReport): string =>
  subtests.length === 0 ? 'its plan is 1..0' : `all of its ${subtests.length} sub-tests were skipped`;

/** What in the list contradicts the numbers beside it; null when nothing does. */
export function contradictionInList({
  results,
  subtests,
  unlisted,
  unlisted_failed,
}: ProgramReport): string | null {
  const outermost = subtests.filter(({ depth }) => depth === 0).length;
  const fits =
    unlisted === 0 ? outermost === results : outermost <= results && results <= outermost + unlisted;
  if (!fits) return `listed ${outermost} sub-tests, where ${results} came`;
  if (unlisted > 0 && subtests.length < subTestLimits.listed)
    return `left ${unlisted} sub-tests out of its list, which has room for them`;
  return unlisted_failed <= unlisted ? null : 'more sub-tests failed than there are';
}
