import type { GuestResult, Report } from '@coordinator/shared/report';
import { makeTest, sampleReport } from '@coordinator/shared/testing';
import { describe, expect, it } from 'vitest';
import { renderJobSummary } from '../formats/github/job-summary.ts';
import { formats, renderWith } from '../testing/index.ts';
import { kernelMatrix } from './kernel-matrix.ts';

const [sample] = sampleReport().guests as [GuestResult, ...GuestResult[]];
const guest = (id: string, fields: Partial<GuestResult>): GuestResult => ({
  ...sample,
  id,
  tests: [],
  ...fields,
});

const report: Report = {
  ...sampleReport(),
  kernels: [
    { name: 'debian:7.3', release: '7.3.4+deb13-arm64', guests: ['guest-1', 'guest-2'] },
    { name: './linux', release: null, guests: ['guest-3', 'guest-4'] },
    { name: '<b>|broken', release: null, guests: ['guest-5'] },
  ],
  guests: [
    guest('guest-1', { kernel: '7.3.4+deb13-arm64', tests: [makeTest('probe'), makeTest('memcpy')] }),
    guest('guest-2', { kernel: '7.3.4+deb13-arm64', tests: [makeTest('probe'), makeTest('memcpy')] }),
    guest('guest-3', {
      kernel: '7.4.0-rc1',
      tests: [makeTest('probe'), makeTest('memcpy', { outcome: 'fail' })],
      outcome: 'fail',
    }),
    guest('guest-4', {
      kernel: '7.4.0-rc1',
      tests: [makeTest('probe'), makeTest('memcpy', { outcome: 'skip' })],
    }),
    guest('guest-5', { kernel: null, outcome: 'panic' }),
  ],
};

describe('the table of kernels', () => {
  const matrix = kernelMatrix(report);

  it('has a column for each, with what it said of itself', () => {
    expect(matrix?.kernels).toEqual([
      { name: 'debian:7.3', release: '7.3.4+deb13-arm64' },
      { name: './linux', release: '7.4.0-rc1' },
      { name: '<b>|broken', release: null },
    ]);
  });

  it('has a row for the guests, and one for each test; the worst of several is what counts', () => {
    expect(matrix?.rows.map(({ name, cells }) => [name, ...cells.map(({ text }) => text)])).toEqual([
      ['guest', '2 pass', '1 fail 1 pass', 'panic'],
      ['probe', '2 pass', '2 pass', '-'],
      ['memcpy', '2 pass', '1 fail 1 skip', '-'],
    ]);
    expect(matrix?.rows.map(({ cells }) => cells.map(({ outcome }) => outcome))).toEqual([
      ['pass', 'fail', 'panic'],
      ['pass', 'pass', null],
      ['pass', 'fail', null],
    ]);
  });

  it('is not of a run of one kernel', () => {
    expect(kernelMatrix(sampleReport())).toBeNull();
  });
});

describe.each([
  [
    'terminal',
    async () => renderWith(await formats.terminal.load(), [], report),
    /^memcpy +2 pass +1 fail 1 skip +-$/m,
  ],
  [
    'html',
    async () => renderWith(await formats.html.load(), [], report),
    /<td class="fail">1 fail 1 skip<td class="">-<\/tr>/,
  ],
  ['github', async () => renderJobSummary(report), /^\| memcpy \| 2 pass \| 1 fail 1 skip \| - \|$/m],
] as const)('in %s', (name, render, row) => {
  it('is shown, and no name of a kernel is more than a text', async () => {
    const text = await render();
    expect(text).toMatch(row);
    if (name !== 'terminal') expect(text).not.toMatch(/<b>\|broken/);
  });
});
