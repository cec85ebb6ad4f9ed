import { spawnSync } from 'node:child_process';
import { sampleEvents, sampleReport } from '@coordinator/shared/testing';
import { describe, expect, it } from 'vitest';
import { renderWith } from '../testing/recording-output.ts';
import { createReporter } from './lava.ts';

/** Has the dispatcher's classes read a log, and prints what they make of it. */
const DISPATCHER = `
import json, re, sys
from lava_dispatcher.actions.test.shell import TestShellAction, handle_testcase
from lava_dispatcher.connection import SignalMatch
action = TestShellAction()
action._reset_patterns()
testset, results = None, []
for name, params in re.findall(action.patterns["signal"], sys.stdin.read()):
    params = params.split()
    if name == "TESTSET":
        action.signal_test_set(params)
    else:
        case = SignalMatch().match(handle_testcase(params))
        results.append([action.testset_name, case["test_case_id"], case["result"], case["measurement"]])
print(json.dumps(results))
`;

describe('the lava reporter', () => {
  it('sends signals with measurements, and lets no guest send one', async () => {
    const text = await renderWith(createReporter, sampleEvents, sampleReport());
    const sets = text.split(/(?<=STOP>\n)/);
    expect(sets[1]).toBe(`<LAVA_SIGNAL_TESTSET START guest-2>
<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=boot RESULT=pass UNITS=ms MEASUREMENT=1900.0>
<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=probe RESULT=pass UNITS=ms MEASUREMENT=4.0>
coordinator: memcpy_0x100_2: bad red gnp. (b)&"'(/b) ]]) ::error::x ##[error]y | \`z\` # (LAVA_SIGNAL_X)
<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=memcpy_0x100_2 RESULT=fail UNITS=ms MEASUREMENT=500.0>
coordinator: interrupts: no transaction # was made
<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=interrupts RESULT=skip UNITS=ms MEASUREMENT=0.0>
coordinator: guest-2: fail: a test failed
<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=guest RESULT=fail UNITS=ms MEASUREMENT=2899.0>
<LAVA_SIGNAL_TESTSET STOP>
`);
    expect(sets[0]).toContain('TEST_CASE_ID=memcpy_0x100 RESULT=pass UNITS=us MEASUREMENT=412.0>');
    expect(sets[4]).toContain('TEST_CASE_ID=guest RESULT=unknown UNITS=ms');
    expect(sets).toHaveLength(5);
  });

  it("says the same to LAVA's own dispatcher, where there is one", async ({ skip }) => {
    const read = (text: string) =>
      spawnSync('python3', ['-c', DISPATCHER], { encoding: 'utf8', input: text });
    if (read('').status !== 0) skip('there is no lava-dispatcher (Debian package)');
    const text = await renderWith(createReporter, sampleEvents, sampleReport());
    const { stdout, stderr, status } = read(text);
    expect([status, stderr]).toEqual([0, '']);
    const results = JSON.parse(stdout) as [set: string, id: string, result: string, measurement: number][];
    expect(results.filter(([set]) => set === 'guest-2')).toEqual([
      ['guest-2', 'boot', 'pass', 1900],
      ['guest-2', 'probe', 'pass', 4],
      ['guest-2', 'memcpy_0x100_2', 'fail', 500],
      ['guest-2', 'interrupts', 'skip', 0],
      ['guest-2', 'guest', 'fail', 2899],
    ]);
    expect(results).toHaveLength(text.split('LAVA_SIGNAL_TESTCASE').length - 1);
  });

  it('tells what stopped the whole run', async () => {
    const report = { ...sampleReport(), guests: [], reason: 'QEMU is missing' };
    expect(await renderWith(createReporter, [], report)).toBe(`coordinator: QEMU is missing
<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=run RESULT=unknown UNITS=ms MEASUREMENT=30200.0>
`);
  });

  it('writes a guest once, as soon as it has ended, and from a report alone all the same', async () => {
    const live = await renderWith(createReporter, sampleEvents, sampleReport());
    expect(await renderWith(createReporter, [], sampleReport())).toBe(live);
    const cut = sampleEvents.slice(0, sampleEvents.findIndex((event) => event.type === 'guest-ended') + 1);
    expect(await renderWith(createReporter, cut, { ...sampleReport(), guests: [] })).toBe(
      live.slice(0, live.indexOf('<LAVA_SIGNAL_TESTSET START guest-2>')),
    );
  });
});
