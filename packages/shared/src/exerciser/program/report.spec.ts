import { describe, expect, it } from 'vitest';
import { contradictionInList, judgeProgram, type ProgramReport, type SubTest } from './report.ts';

const sub = (name: string, outcome: SubTest['outcome'] = 'pass', depth = 0): SubTest => ({
  ...{ name, outcome, depth },
  message: null,
});

function report(changes: Partial<ProgramReport> = {}): ProgramReport {
  const subtests = changes.subtests ?? [sub('a'), sub('b')];
  const nothing = { unlisted: 0, unlisted_failed: 0, problem: null };
  return { status: 0, planned: 2, results: subtests.length, ...nothing, ...changes, subtests };
}

const none = { subtests: [], results: 0, planned: null };

describe('judgeProgram', () => {
  it.each([
    ['exit', { ...none }, 'pass', null],
    ['exit', { ...none, status: 4 }, 'skip', 'exited with status 4'],
    ['exit', { ...none, status: 1 }, 'fail', 'exited with status 1'],
    ['exit', { ...none, status: null }, 'fail', 'did not end by itself'],
    ['ktap', {}, 'pass', null],
    ['ktap', { planned: null }, 'pass', null],
    ['tap', { planned: null }, 'fail', 'has no plan'],
    ['ktap', { planned: 3 }, 'fail', '2 sub-tests came, where its plan is 1..3'],
    ['ktap', { planned: 1 }, 'fail', '2 sub-tests came, where its plan is 1..1'],
    ['ktap', none, 'fail', 'no sub-test came'],
    ['tap', none, 'fail', 'no sub-test came'],
    ['ktap', { subtests: [sub('a'), sub('b', 'fail')] }, 'fail', '1 of 2 sub-tests failed: b'],
    ['ktap', { status: 1 }, 'fail', 'exited with status 1'],
    ['ktap', { problem: 'Bail out!' }, 'fail', 'Bail out!'],
    ['ktap', { ...none, planned: 0, status: 4 }, 'skip', 'status 4'],
    ['ktap', { ...none, planned: 0 }, 'skip', 'its plan is 1..0'],
    ['ktap', { subtests: [sub('a', 'skip'), sub('b', 'skip')] }, 'skip', 'all of its 2 sub-tests'],
    ['ktap', { subtests: [sub('a', 'fail'), sub('b')], status: 4 }, 'fail', '1 of 2 sub-tests failed'],
    ['ktap', { status: 4, problem: 'Bail out!' }, 'fail', 'Bail out!'],
    ['ktap', { unlisted: 5, unlisted_failed: 1, planned: 7, results: 7 }, 'fail', '1 of 7'],
  ] as const)('%s %j: %s', (format, changes, outcome, message) => {
    const judged = judgeProgram(format, report(changes));
    expect(judged.outcome).toBe(outcome);
    if (message === null) expect(judged.message).toBeNull();
    else expect(judged.message).toContain(message);
  });
});

describe('contradictionInList', () => {
  const full = Array.from({ length: 400 }, (_, number) => sub(String(number)));

  it.each([
    [{}, null],
    [{ subtests: [sub('a'), sub('a/x', 'pass', 1), sub('b')], results: 2 }, null],
    [{ results: 3 }, 'listed 2 sub-tests, where 3 came'],
    [{ subtests: [sub('a'), sub('a/x', 'pass', 1)], results: 2 }, 'listed 1 sub-tests, where 2 came'],
    [{ results: 4, unlisted: 2 }, 'which has room for them'],
    [{ subtests: full, results: 402, unlisted: 2 }, null],
    [{ subtests: full, results: 402, unlisted: 1 }, 'listed 400 sub-tests, where 402 came'],
    [{ subtests: full, results: 402, unlisted: 2, unlisted_failed: 3 }, 'more sub-tests failed'],
  ])('%#', (changes, why) => {
    const found = contradictionInList(report(changes));
    if (why === null) expect(found).toBeNull();
    else expect(found).toContain(why);
  });
});
