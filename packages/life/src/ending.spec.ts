import type { AgentMessage } from '@coordinator/shared/message';
import { describe, expect, it } from 'vitest';
import { AgentSession } from './agent-session.ts';
import { type EarlyEnd, judgeEnding } from './ending.ts';
import { bye, fullReport, hello, shortPlan } from './testing/sample-agent.ts';

const poweredOff = { code: 0, signal: null, guestRequest: 'shutdown', complaint: '' } as const;
const killed = { code: null, signal: 'SIGKILL', guestRequest: null, complaint: '' } as const;

function session(...messages: AgentMessage[]): AgentSession {
  const device = { host_bdf: null, guest_bdf: null, driver: null, node: null };
  const made = new AgentSession('guest-1', device, shortPlan, () => {});
  for (const message of messages) made.receive(message, 1);
  return made;
}

describe('judgeEnding', () => {
  it('passes only when the agent said all, and every test passed', () => {
    expect(judgeEnding(null, session(...fullReport()), poweredOff)).toEqual({
      outcome: 'pass',
      error_kind: null,
      reason: null,
    });
    expect(judgeEnding(null, session(hello, bye), poweredOff)).toEqual({
      outcome: 'error',
      error_kind: 'lost',
      reason: 'the agent said bye, but never reported the start of test probe',
    });
  });

  it('names the first test that failed and counts the others', () => {
    const failing = fullReport().map((message): AgentMessage => {
      if (message.type !== 'test-end' || message.name === 'probe') return message;
      return { ...message, outcome: 'fail', message: 'broken' };
    });
    expect(judgeEnding(null, session(...failing), poweredOff)).toMatchObject({
      outcome: 'fail',
      reason: 'memcpy/0x100: broken (and 2 more)',
    });
  });

  it('tells a guest that was lost from an agent that ended', () => {
    const busy = fullReport().slice(0, 8);
    expect(judgeEnding(null, session(...busy), killed)).toEqual({
      outcome: 'error',
      error_kind: 'lost',
      reason: 'the VMM was ended by SIGKILL in test memcpy/0x100',
    });
    expect(judgeEnding(null, session(...busy), poweredOff).reason).toMatch(
      /^the agent ended in test memcpy\/0x100 without a word/,
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
      reason: 'the agent speaks protocol 9, this coordinator 2',
    });
  });
});
