import type { GuestResult, Report } from '@coordinator/shared/report';
import { interrupts, makeTest, sampleReport } from '@coordinator/shared/testing';
import { describe, expect, it } from 'vitest';
import { passedReport } from '../testing/stored-runs.ts';
import { compareRuns } from './compare.ts';

const [guest] = passedReport().guests as [GuestResult];
const run = (guests: readonly Partial<GuestResult>[], fields: Partial<Report> = {}): Report => ({
  ...passedReport(),
  ...fields,
  guests: guests.map((one, index) => ({ ...guest, id: `guest-${index + 1}`, ...one })),
});
const timed = (ms: number) => ({
  tests: [makeTest('memcpy', { duration_ms: ms, latency_us: [[ms * 100, 5]] })],
});

describe('a comparison', () => {
  it('of a run with itself has nothing but times', () => {
    const { worse, times, runs, version, ...changes } = compareRuns(sampleReport(), sampleReport());
    expect(changes).toEqual({
      settings: [],
      guests: [],
      outcomes: [],
      interrupts: [],
      crashes: { appeared: [], gone: [] },
    });
    expect(worse).toBe(false);
    expect(version).toBe(1);
    expect(runs.map(({ outcome }) => outcome)).toEqual(['error', 'error']);
    expect(times.every(({ significant }) => !significant)).toBe(true);
  });

  it('tells which guests and tests changed, and whether for the worse', () => {
    const failed = {
      outcome: 'fail' as const,
      reason: 'memcpy: wrong',
      tests: [makeTest('memcpy', { outcome: 'fail' })],
    } satisfies Partial<GuestResult>;
    const [good, bad] = [
      run([timed(10), timed(10)]),
      run([timed(10), failed], { outcome: 'fail', exit_code: 1 }),
    ];
    expect(compareRuns(good, bad)).toMatchObject({
      worse: true,
      guests: [{ id: 'guest-2', before: 'pass', after: 'fail', reason: 'memcpy: wrong' }],
      outcomes: [
        { name: 'guest', verdict: 'worse' },
        { name: 'memcpy', verdict: 'worse', before: { pass: 2, fail: 0 }, after: { pass: 1, fail: 1 } },
      ],
    });
    expect(compareRuns(bad, good)).toMatchObject({
      worse: false,
      outcomes: [{ verdict: 'better' }, { verdict: 'better' }],
    });
  });

  it('does not call a share of failures worse that chance explains', () => {
    const failing = (count: number) =>
      run(
        Array.from({ length: 40 }, (_, index) => ({
          tests: [makeTest('x', { outcome: index < count ? 'fail' : 'pass' })],
        })),
      );
    expect(compareRuns(failing(5), failing(8)).outcomes).toEqual([]);
    expect(compareRuns(failing(2), failing(30)).outcomes).toMatchObject([{ name: 'x', verdict: 'worse' }]);
  });

  it('tells settings, kernels, interrupts and crashes that differ', () => {
    const { rows } = interrupts;
    const more = {
      ...interrupts,
      device_total: 14,
      rows: rows.map((row, at) => (at === 7 ? { ...row, delta: [0, 2] } : row)),
    };
    const changes = compareRuns(
      run([{ interrupts, fingerprint: 'aaaaaaaaaaaa' }]),
      run([{ interrupts: more, kernel: '7.3.4', fingerprint: 'bbbbbbbbbbbb' }], {
        start: 'snapshot',
        command: ['coordinator', 'test'],
      }),
    );
    expect(changes.settings.map(({ name }) => name)).toEqual(['start', 'kernels', 'command']);
    expect(changes.crashes).toEqual({ appeared: ['bbbbbbbbbbbb'], gone: ['aaaaaaaaaaaa'] });
    expect(changes.interrupts).toEqual([
      { name: 'all', before: 13, after: 14 },
      { name: 'CPU 0', before: 13, after: 12 },
      { name: 'CPU 1', before: 0, after: 2 },
      { name: 'vector 7', before: 1, after: 2 },
    ]);
  });

  it('finds what became slower', () => {
    const eight = (ms: number) => run(Array.from({ length: 8 }, (_, index) => timed(ms + index)));
    const { times } = compareRuns(eight(10), eight(30));
    expect(times.find(({ name }) => name === 'test memcpy')).toMatchObject({
      unit: 'ms',
      difference: 20,
      significant: true,
    });
    expect(times.find(({ name }) => name === 'transaction memcpy')).toMatchObject({
      unit: 'µs',
      counts: [40, 40],
      significant: true,
    });
    expect(times.find(({ name }) => name === 'boot')).toMatchObject({ significant: false });
  });
});
