import { sampleEvents, sampleReport } from '@coordinator/shared/testing';
import { expect, it } from 'vitest';
import { renderWith } from '../testing/recording-output.ts';
import { createReporter } from './timings.ts';

const [guest] = sampleReport().guests;
if (!guest) throw new Error('no guest');
const timed = (id: string, boot: number) => ({
  ...guest,
  id,
  duration_ms: boot + 900,
  phases: [
    { phase: 'boot', duration_ms: boot },
    { phase: 'tests', duration_ms: 700 },
    { phase: 'power-off', duration_ms: 200 },
  ],
});
const render = (...guests: (typeof guest)[]) =>
  renderWith(createReporter, sampleEvents, { ...sampleReport(), guests });

it('has a line for each phase and test, and a column for each guest', async () => {
  const lines = (await render(timed('guest-1', 1000), timed('guest-2', 2000))).split('\n');
  expect(lines[0]).toMatch(/^PHASE +guest-1 +guest-2$/);
  expect(lines[1]).toMatch(/^boot +1\.0 s +2\.0 s$/);
  expect(lines[2]).toMatch(/^tests +700 ms +700 ms$/);
  expect(lines[3]).toMatch(/^ {2}memcpy\/0x100/);
  expect(lines.slice(-3)).toEqual([
    expect.stringMatching(/^power-off +200 ms +200 ms$/),
    expect.stringMatching(/^whole +1\.9 s +2\.9 s$/),
    '',
  ]);
});

it('sums up many guests, and names the slowest', async () => {
  const text = await render(...[3, 1, 7, 2, 4, 6, 5].map((n) => timed(`guest-${n}`, n * 1000)));
  expect(text).toMatch(/^PHASE +MEDIAN +LONGEST +OF\n/);
  expect(text).toMatch(/^boot +4\.0 s +7\.0 s +guest-7$/m);
});

it('does with reports that say nothing of phases', async () => {
  expect(await render(guest)).toMatch(/^PHASE +guest-1\nwhole +\d/);
});
