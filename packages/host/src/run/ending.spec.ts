import type { AgentMessage } from '@coordinator/shared/message';
import { describe, expect, it } from 'vitest';
import { AgentSession } from './agent-session.ts';
import { type EarlyEnd, judgeEnding } from './ending.ts';

const hello: AgentMessage = {
  type: 'hello',
  protocol: 1,
  agent: { version: '0.1.0', runtime: 'quickjs' },
  kernel: '6.12',
  machine: 'aarch64',
  cpus: 2,
  memory_bytes: 1,
  uptime_ms: 1,
};
const testEnd = (name: string, outcome: 'pass' | 'fail'): AgentMessage => ({
  type: 'test-end',
  name,
  outcome,
  transactions: 1,
  misconfigured: 0,
  duration_ms: 1,
  message: outcome === 'fail' ? 'broken' : null,
  output: null,
  transaction_us: null,
});
const bye: AgentMessage = { type: 'bye' };
const poweredOff = { code: 0, signal: null, guestRequest: 'shutdown', complaint: '' } as const;
const killed = { code: null, signal: 'SIGKILL', guestRequest: null, complaint: '' } as const;

function session(...messages: AgentMessage[]): AgentSession {
  const device = { host_bdf: null, guest_bdf: null, driver: null, node: null };
  const made = new AgentSession('guest-1', device, false, () => {});
  for (const message of messages) made.receive(message, 1);
  return made;
}

describe('judgeEnding', () => {
  it('passes only when the agent said all, and every test passed', () => {
    expect(judgeEnding(null, session(hello, testEnd('a', 'pass'), bye), poweredOff)).toEqual({
      outcome: 'pass',
      error_kind: null,
      reason: null,
    });
  });

  it('names the first test that failed and counts the others', () => {
    const ending = judgeEnding(
      null,
      session(hello, testEnd('a', 'fail'), testEnd('b', 'fail'), bye),
      poweredOff,
    );
    expect(ending).toMatchObject({ outcome: 'fail', reason: 'a: broken (and 1 more)' });
  });

  it('tells a guest that was lost from an agent that ended', () => {
    const busy: AgentMessage[] = [
      hello,
      { type: 'stage', stage: 'tests' },
      { type: 'test-begin', name: 'x', limit_ms: 1 },
    ];
    expect(judgeEnding(null, session(...busy), killed)).toEqual({
      outcome: 'error',
      error_kind: 'lost',
      reason: 'the VMM was ended by SIGKILL in test x',
    });
    expect(judgeEnding(null, session(...busy), poweredOff).reason).toMatch(
      /^the agent ended in test x without a word/,
    );
    expect(judgeEnding(null, session(), poweredOff).reason).toMatch(/before its agent said hello/);
    expect(
      judgeEnding(null, session(), {
        ...killed,
        signal: null,
        code: 1,
        complaint: '  Error: group 6 is not viable\n  Fatal: giving up',
      }).reason,
    ).toBe('the VMM ended with status 1 in boot: group 6 is not viable; giving up');
  });

  it('does not pass a guest part of whose report was lost', () => {
    const damaged = session(hello, bye);
    damaged.problem('frame 3 is missing');
    expect(judgeEnding(null, damaged, poweredOff)).toMatchObject({ outcome: 'error', error_kind: 'lost' });
  });

  it.each<[EarlyEnd, string, string | null]>([
    [
      { cause: 'panic', line: '[    1.2] Kernel panic - not syncing: x' },
      'panic',
      'Kernel panic - not syncing: x',
    ],
    [{ cause: 'timeout', what: 'boot', limitMs: 60_000 }, 'hang', 'boot took longer than 1 m 00 s'],
    [
      { cause: 'silence', what: 'test x', limitMs: 10_000 },
      'hang',
      'the agent was silent for 10.0 s in test x',
    ],
    [{ cause: 'interrupted' }, 'error', 'interrupted'],
    [{ cause: 'device-lost', detail: 'gone' }, 'error', 'gone'],
  ])('judges %o', (early, outcome, reason) => {
    expect(judgeEnding(early, session(hello, bye), killed)).toMatchObject({ outcome, reason });
  });

  it('refuses an agent of another protocol', () => {
    expect(judgeEnding(null, session({ ...hello, protocol: 9 }, bye), poweredOff)).toMatchObject({
      outcome: 'error',
      error_kind: 'setup',
      reason: 'the agent speaks protocol 9, this coordinator 1',
    });
  });
});
