import { sampleEvents, sampleReport } from '@coordinator/shared/testing';
import { describe, expect, it } from 'vitest';
import { renderWith } from '../testing/recording-output.ts';
import { createReporter } from './lava.ts';

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
