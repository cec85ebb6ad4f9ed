import type { StepOf } from '@coordinator/shared/exerciser';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../runtime/runtime.ts';
import { step } from '../../testing/guest-tree.ts';
import { ResultTally } from '../../tool/tally.ts';
import { judge } from './judge.ts';

const exit = (status: number): RunResult => ({ end: { kind: 'exited', status }, timedOut: false });

function tally(...statuses: readonly number[]): ResultTally {
  const results = new ResultTally();
  statuses.forEach((status, index) => {
    results.add({
      transaction: index + 1,
      status,
      statusText: status === 0 ? 'Success' : 'Input/output error',
      value: '0xfff0',
      duration_us: 400,
      isSecond: false,
    });
  });
  return results;
}

const verdict = (
  changes: Partial<StepOf<'smmute'>>,
  run: RunResult,
  statuses: readonly number[],
  words?: string,
) => judge(step(changes), { ...run, results: tally(...statuses), output: '', lastWords: words ?? null });

describe('without a fault', () => {
  it('passes with exit status 0 and as many good results as asked for', () => {
    expect(verdict({ transactions: 3 }, exit(0), [0, 0, 0])).toBeNull();
    expect(verdict({ mode: 'p2p' }, exit(0), [0, 0])).toBeNull();
  });

  it.each([
    ['too few results', { transactions: 3 }, [0, 0], 'printed 2 results where 3 were expected'],
    ['too many', {}, [0, 0], 'printed 2 results where 1 was expected'],
    ['none, or garbage', {}, [], 'printed 0 results where 1 was expected'],
    [
      'a bad one',
      { transactions: 2 },
      [0, 5],
      'first transaction 2 with status 5 (Input/output error), value 0xfff0',
    ],
  ])('does not believe exit status 0 with %s', (_, changes, statuses, message) => {
    expect(verdict(changes, exit(0), statuses)).toContain(message);
  });

  it('says how the tool failed', () => {
    expect(verdict({ transactions: 2 }, exit(1), [0, 5])).toMatch(/status 1 after 2 of 2.*transaction 2/);
    expect(verdict({}, exit(1), [], 'smmute: cannot open /dev/smmute0: No such file or directory')).toContain(
      'exited with status 1 after 0 of 1 result: smmute: cannot open /dev/smmute0',
    );
    expect(verdict({}, exit(127), [])).toContain('cannot be executed');
  });

  it('names the signal, the time limit and what could not be started', () => {
    const killed: RunResult = { end: { kind: 'signalled', signal: 'SIGSEGV' }, timedOut: false };
    expect(verdict({ transactions: 9 }, killed, [0])).toBe(
      'smmute was killed by SIGSEGV after 1 of 9 results',
    );
    const late: RunResult = { end: { kind: 'signalled', signal: 'SIGTERM' }, timedOut: true };
    expect(verdict({ timeout_ms: 1500 }, late, [])).toBe('TIMEOUT after 1.5 seconds, with 0 of 1 result');
    // Good results at last do not make up for being late.
    expect(verdict({}, { ...exit(0), timedOut: true }, [0])).toMatch(/^TIMEOUT/);
    const stuck: RunResult = { end: { kind: 'lost', reason: 'not even SIGKILL ended it' }, timedOut: true };
    expect(verdict({}, stuck, [])).toContain('not even SIGKILL');
    const lost: RunResult = { end: { kind: 'lost', reason: 'fork failed' }, timedOut: false };
    expect(verdict({}, lost, [])).toBe('smmute did not run: fork failed');
  });
});

describe('with a fault', () => {
  it.each([
    ['drv, aborted', { fault: 'drv', transactions: 2 }, [5, 5]],
    ['drv of sum64, refused', { fault: 'drv', mode: 'sum64' }, [22]],
    ['read, never launched', { fault: 'read' }, []],
    ['write, never launched', { fault: 'write' }, []],
    ['tlb, after a good one', { fault: 'tlb' }, [0]],
  ] as const)('passes: %s', (_, changes, statuses) => {
    expect(verdict(changes, exit(0), statuses)).toBeNull();
  });

  it.each([
    ['drv without a result', { fault: 'drv' }, exit(0), [], 'printed 0 results where 1 was expected'],
    ['drv that succeeded', { fault: 'drv' }, exit(0), [0], '1 of 1 result had status 0'],
    ['drv only refused', { fault: 'drv' }, exit(0), [22], '1 of 1 result had status 22 (misconfigured)'],
    ['drv of sum64, aborted', { fault: 'drv', mode: 'sum64' }, exit(0), [5], 'where 1 was expected'],
    ['tlb without a good one', { fault: 'tlb' }, exit(0), [], 'printed 0 results where 1 was expected'],
    ['too many results', { fault: 'drv' }, exit(0), [5, 5], 'printed 2 results where 1 was expected'],
    ['stale, with one that got through', { fault: 'stale-read', transactions: 2 }, exit(0), [5, 0], '1 of 2'],
    ['unreported', { fault: 'drv' }, exit(14), [0], 'an injected fault was not reported'],
  ] as const)('fails: %s', (_, changes, run, statuses, message) => {
    expect(verdict(changes, run, statuses)).toContain(message);
  });

  it('reads the last words before it takes a status for something', () => {
    const words = "smmute: transaction 3: page 1 holds page 0's data";
    expect(verdict({}, exit(14), [0], words)).toBe(
      `smmute exited with status 14 after 1 of 1 result: ${words}`,
    );
    expect(verdict({}, exit(2), [])).toContain('there is no such device');
    expect(verdict({}, exit(1), [5])).toContain('first transaction 1 with status 5');
  });
});

it('does not believe results whose ids do not count up', () => {
  const results = new ResultTally();
  for (const transaction of [4, 5, 5])
    results.add({ transaction, status: 0, statusText: '', value: '0x0', duration_us: 1, isSecond: false });
  expect(judge(step({ transactions: 3 }), { ...exit(0), results, output: '', lastWords: null })).toBe(
    'smmute exited with status 0, but printed transaction 5 after transaction 5',
  );
});
