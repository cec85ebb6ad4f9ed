import type { GuestResult } from '@coordinator/shared/report';
import type { Catcher, SelfTestCase } from './case.ts';

/** What became of one case. */
export interface SelfTestVerdict {
  /**
   * - `caught`: by what should catch it; for a case in which nothing is broken, passed
   * - `elsewhere`: noticed, but not by what should
   * - `missed`: passed, or for a case in which nothing is broken, did not
   * - `unclear`: the guest could not be run
   */
  readonly verdict: 'caught' | 'elsewhere' | 'missed' | 'unclear';
  /** What noticed it. */
  readonly by: readonly Catcher[];
  readonly message: string;
}

const AGAINST_DEVICE = /the device (was given|has worked on|has raised)/;
const AGAINST_PLAN = /contradicts the plan|but never reported/;

/** Judges how the guest of a case ended. */
export function judgeCase(
  { caughtBy, warns, ends }: SelfTestCase,
  result: Pick<GuestResult, 'outcome' | 'error_kind' | 'reason' | 'tests' | 'warnings'>,
): SelfTestVerdict {
  const { outcome, error_kind, reason } = result;
  const by = catchersOf(result);
  const message = reason ?? 'passed';
  if (caughtBy.length === 0) {
    const warned = warns === undefined || result.warnings.some(({ kind }) => kind === warns);
    const warning = warns === undefined ? 'passed' : `passed, with the warning ${warns}`;
    if (outcome === 'pass')
      return { verdict: warned ? 'caught' : 'missed', by, message: warned ? warning : message };
    return { verdict: 'missed', by, message };
  }
  if (outcome === 'pass') return { verdict: 'missed', by, message };
  if (outcome === 'error' && error_kind !== 'lost') return { verdict: 'unclear', by, message };
  const right = by.some((one) => caughtBy.some((pattern) => matches(pattern, one)));
  const endedSo = ends !== undefined && (outcome === ends || error_kind === ends);
  return {
    verdict: right || endedSo ? 'caught' : 'elsewhere',
    by,
    message: firstWords(result, caughtBy) ?? message,
  };
}

function catchersOf({ tests, reason }: Pick<GuestResult, 'tests' | 'reason'>): Catcher[] {
  const by = tests.filter(({ outcome }) => outcome === 'fail').map(({ name }) => name);
  if (AGAINST_DEVICE.test(reason ?? '')) by.push('device');
  else if (AGAINST_PLAN.test(reason ?? '')) by.push('plan');
  return by;
}

/** What the test said that ought to notice. */
function firstWords({ tests }: Pick<GuestResult, 'tests'>, caughtBy: readonly Catcher[]): string | null {
  const test = tests.find(
    ({ name, outcome }) => outcome === 'fail' && caughtBy.some((pattern) => matches(pattern, name)),
  );
  return test?.message ?? null;
}

export function matches(pattern: Catcher, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}
