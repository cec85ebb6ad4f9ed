import { expect, it } from 'vitest';
import { Durations } from './durations.ts';

function summaryOf(values: Iterable<number>) {
  const durations = new Durations();
  for (const value of values) durations.add(value);
  return durations.summary();
}

it('has nothing to say of nothing', () => expect(summaryOf([])).toBeNull());

it('is exact for as many as it holds', () => {
  expect(summaryOf([30, 10, 20])).toEqual({ min: 10, median: 20, max: 30 });
  expect(summaryOf([4, 1, 2, 3])).toEqual({ min: 1, median: 2.5, max: 4 });
});

it('keeps extremes exact and the median close for any number', () => {
  const summary = summaryOf(Array.from({ length: 100_000 }, (_, index) => index));
  expect(summary).toMatchObject({ min: 0, max: 99_999 });
  // Five standard deviations of the median of 2,048 samples.
  expect(Math.abs((summary?.median ?? 0) - 50_000)).toBeLessThan(5600);
});
