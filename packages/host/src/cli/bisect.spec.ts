import { CoordinatorError, usageError } from '@coordinator/base/errors';
import type { ErrorKind, Outcome, Report } from '@coordinator/shared/report';
import { judgeRun } from '@coordinator/shared/report';
import { describe, expect, it } from 'vitest';
import { bisectExitCode, forBisect } from './bisect.ts';

type Ended = readonly [outcome: Outcome, error_kind: ErrorKind | null];

const codeOf = (guests: readonly Ended[], reason: string | null = null): number => {
  const ended = guests.map(([outcome, error_kind]) => ({ outcome, error_kind }));
  const { exit_code } = judgeRun(ended, reason);
  return bisectExitCode({ report: { guests: ended } as unknown as Report, exitCode: exit_code });
};

describe('the exit code for git bisect run', () => {
  it.each<[string, number, readonly Ended[]]>([
    [
      'all passed',
      0,
      [
        ['pass', null],
        ['pass', null],
      ],
    ],
    [
      'a test failed',
      1,
      [
        ['pass', null],
        ['fail', null],
      ],
    ],
    ['the kernel panicked', 1, [['panic', null]]],
    ['the kernel hung', 1, [['hang', null]]],
    [
      'one hung, one was lost',
      1,
      [
        ['error', 'lost'],
        ['hang', null],
      ],
    ],
    [
      'one was lost',
      125,
      [
        ['pass', null],
        ['error', 'lost'],
      ],
    ],
    ['none could start', 125, [['error', 'setup']]],
    [
      'it was interrupted',
      130,
      [
        ['fail', null],
        ['error', 'interrupted'],
      ],
    ],
  ])('%s: %d', (_, code, guests) => expect(codeOf(guests)).toBe(code));

  it('is not good when the run as a whole was not', () => {
    expect(codeOf([['pass', null]], 'the disk is full')).toBe(125);
    expect(bisectExitCode({ report: { guests: [] } as unknown as Report, exitCode: 4 })).toBe(125);
  });

  it('skips what cannot be tested, saying why', async () => {
    const refused = forBisect(() =>
      Promise.reject(new CoordinatorError('no CONFIG_9P_FS', { remedy: 'set it' })),
    );
    await expect(refused).rejects.toMatchObject({
      exitCode: 125,
      message: 'no CONFIG_9P_FS',
      remedy: 'set it',
    });
    await expect(forBisect(() => Promise.reject(usageError('no Image')))).rejects.toMatchObject({
      exitCode: 125,
    });
    await expect(forBisect(async () => 1)).resolves.toBe(1);
  });
});
