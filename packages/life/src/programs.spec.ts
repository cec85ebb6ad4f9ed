import type { UnstampedEvent } from '@coordinator/shared/event';
import type { AgentMessage } from '@coordinator/shared/message';
import { type Plan, parsePlan } from '@coordinator/shared/plan';
import { describe, expect, it } from 'vitest';
import { AgentSession } from './agent-session.ts';
import { compareWithDevice } from './contract/work.ts';
import { judgeEnding } from './ending.ts';
import { bye, fullReport, testEnd } from './testing/sample-agent.ts';

/** Plans that have programs of the user's beside tests of the engine. */

const device = { host_bdf: null, guest_bdf: null, driver: null, node: null };
const poweredOff = { code: 0, signal: null, guestRequest: 'shutdown', complaint: '' } as const;

const plan = parsePlan(
  `tests:
- { mode: memcpy, size: 0x100, transactions: 10 }
- { run: ./mine.sh, format: ktap, interrupts: at-least 3 }
- { run: ./other.sh }
`,
  'mixed',
);

function told(messages: readonly AgentMessage[], held: Plan = plan) {
  const events: UnstampedEvent[] = [];
  const session = new AgentSession('guest-1', device, held, (event) => events.push(event));
  for (const message of messages) session.receive(message, 1);
  session.close();
  const tests = events.flatMap((event) => (event.type === 'guest-test' ? [event.test] : []));
  return { session, tests, ending: judgeEnding(null, session, poweredOff) };
}

type TestEnd = Extract<AgentMessage, { type: 'test-end' }>;
type Program = NonNullable<TestEnd['program']>;

/** The whole report with what is said of one program changed. */
const changed = (name: string, change: (end: TestEnd, program: Program) => TestEnd) =>
  fullReport(plan).map((message) =>
    message.type === 'test-end' && message.name === name && message.program
      ? change(message, message.program)
      : message,
  );

describe('a plan with programs', () => {
  it('passes, with sub-tests as results of their own', () => {
    const { tests, ending, session } = told(fullReport(plan));
    expect(ending).toEqual({ outcome: 'pass', error_kind: null, reason: null });
    expect(tests.map(({ name, outcome, parent, interrupts }) => [name, outcome, parent, interrupts])).toEqual(
      [
        ['probe', 'pass', undefined, undefined],
        ['memcpy/0x100', 'pass', undefined, 10],
        ['mine.sh', 'pass', undefined, 3],
        ['mine.sh/one', 'pass', 'mine.sh', undefined],
        ['mine.sh/two', 'pass', 'mine.sh', undefined],
        ['other.sh', 'pass', undefined, 0],
        ['interrupts', 'pass', undefined, undefined],
      ],
    );
    expect(tests.every((test) => !('program' in test))).toBe(true);
    // What a program did with the device is not known; what others did must be among what it has counted.
    const counted = (launches: number, interrupts: number) =>
      compareWithDevice(
        { launches, bytes: 10 * 256, interrupts },
        session.work as NonNullable<typeof session.work>,
      );
    expect(counted(10, 13)).toBeNull();
    expect(counted(500, 513)).toBeNull();
    expect(counted(9, 13)).toContain('speak of at least 10');
    expect(counted(10, 12)).toContain('speak of transactions for at least 13');
  });

  it.each<[string, string, (end: TestEnd, program: Program) => TestEnd, string]>([
    [
      'a skip that no exit status speaks of',
      'other.sh',
      (end) => ({ ...end, outcome: 'skip', message: 'no' }),
      'is said to be a skip',
    ],
    ['no word of how it ended', 'other.sh', ({ program: _, ...end }) => end, 'but not how its program ended'],
    [
      'a pass that was killed',
      'other.sh',
      (end, program) => ({ ...end, program: { ...program, status: null } }),
      'comes to a fail',
    ],
    [
      'a pass with exit status 1',
      'other.sh',
      (end, program) => ({ ...end, program: { ...program, status: 1 } }),
      'exited with status 1',
    ],
    [
      'transactions of its own',
      'other.sh',
      (end) => ({ ...end, transactions: 4 }),
      'reports no transactions',
    ],
    [
      'a pass with a reason against it',
      'other.sh',
      (end) => ({ ...end, message: 'oh' }),
      'and to have failed: oh',
    ],
    [
      'fewer sub-tests than planned',
      'mine.sh',
      (end, program) => ({
        ...end,
        program: { ...program, results: 1, subtests: program.subtests.slice(1) },
      }),
      '1 sub-tests came, where its plan is 1..2',
    ],
    [
      'sub-tests left out',
      'mine.sh',
      (end, program) => ({ ...end, program: { ...program, subtests: [] } }),
      'listed 0 sub-tests, where 2 came',
    ],
    [
      'a failed sub-test',
      'mine.sh',
      (end, program) => ({
        ...end,
        program: { ...program, subtests: program.subtests.map((one) => ({ ...one, outcome: 'fail' })) },
      }),
      '2 of 2 sub-tests failed',
    ],
  ])('fails with %s', (_, name, change, why) => {
    const { ending, tests } = told(changed(name, change));
    expect(ending).toMatchObject({ outcome: 'fail' });
    expect(ending.reason).toContain(name);
    expect(tests.find((test) => test.name === name)).toMatchObject({ outcome: 'fail' });
    expect(tests.find((test) => test.name === name)?.message).toContain(why);
  });

  it('is lost without the result of one', () => {
    const { ending } = told(
      fullReport(plan).filter((message) => message.type !== 'test-end' || message.name !== 'other.sh'),
    );
    expect(ending.reason).toContain('other.sh');
    expect(ending.outcome).toBe('fail');
  });

  it('lets a program skip, and counts sub-tests that are too many to list', () => {
    const skipped = changed('other.sh', (end, program) => ({
      ...{ ...end, outcome: 'skip', message: 'exited with status 4' },
      program: { ...program, status: 4 },
    }));
    expect(told(skipped).ending.outcome).toBe('pass');
    const many = Array.from({ length: 400 }, () => ({
      name: 'x',
      outcome: 'pass' as const,
      message: null,
      depth: 0,
    }));
    const { tests, ending } = told(
      changed('mine.sh', (end, program) => ({
        ...end,
        program: { ...program, planned: 410, results: 410, subtests: many, unlisted: 10 },
      })),
    );
    expect(ending.outcome).toBe('pass');
    expect(
      tests
        .filter(({ parent }) => parent === 'mine.sh')
        .map(({ name }) => name)
        .slice(-2),
    ).toEqual(['mine.sh/x#400', 'mine.sh/10-more']);
  });

  it('is no pass when every test of it was skipped', () => {
    const only = { ...plan, tests: plan.tests.slice(2), interrupts: 'none' as const };
    const skipped = fullReport(only).map((message) =>
      message.type === 'test-end' && message.program
        ? testEnd(message.name, {
            outcome: 'skip',
            message: 'no',
            program: { ...message.program, status: 4 },
          })
        : message,
    );
    const { ending, session } = told(skipped, only);
    expect(session.isFulfilled).toBe(false);
    expect(skipped.at(-1)).toBe(bye);
    expect(ending).toEqual({
      outcome: 'error',
      error_kind: 'setup',
      reason: 'nothing was tested: every test was skipped',
    });
  });
});
