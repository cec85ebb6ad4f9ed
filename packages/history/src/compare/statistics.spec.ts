import { describe, expect, it } from 'vitest';
import { type Sample, sampleOf, sampleOfDistribution } from './sample.ts';
import { compareSamples, mannWhitney, medianOf } from './statistics.ts';

const sample = (values: Parameters<typeof sampleOf>[0]): Sample => sampleOf(values) ?? fail();
function fail(): never {
  throw new Error('an empty sample');
}
/** Numbers of a normal distribution, always the same. */
function normal(count: number, mean: number, deviation: number, seed: number): number[] {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 1) / 2 ** 32;
  };
  return Array.from(
    { length: count },
    () => mean + deviation * Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next()),
  );
}

describe('samples', () => {
  it('have the median of single values, of counted ones, and of none', () => {
    expect(medianOf(sample([3, 1, 2]))).toBe(2);
    expect(medianOf(sample([4, 1, 2, 3]))).toBe(2.5);
    expect(
      medianOf(
        sample([
          [10, 99],
          [20, 1],
        ]),
      ),
    ).toBe(10);
    expect(sampleOf([])).toBeNull();
  });

  it('of a distribution have its quantiles, and rise', () => {
    const bins = [
      { from: 724, to: 1024, count: 300 },
      { from: 1024, to: 1448, count: 700 },
    ];
    const spread = sampleOfDistribution({
      count: 1000,
      min: 800,
      p50: 1100,
      p90: 1300,
      p99: 1400,
      max: 1440,
      bins,
    });
    expect(spread && medianOf(spread)).toBeCloseTo(1100, 5);
    const values = Array.from({ length: 100 }, (_, index) => spread?.at(10 * index + 1) ?? 0);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect(values[0]).toBe(800);
    expect(spread?.at(1000)).toBe(1440);
  });

  it('stay small, however many different values there are', () => {
    const many = sample(Array.from({ length: 200_000 }, (_, index) => 1 + index / 7));
    expect(many.bins.length).toBeLessThan(2000);
    expect(many.count).toBe(200_000);
    expect(Math.abs(medianOf(many) / (1 + 100_000 / 7) - 1)).toBeLessThan(0.02);
  });
});

describe('the comparison of samples', () => {
  it('has the p that SciPy has', () => {
    // scipy.stats.mannwhitneyu(a, b, method='asymptotic')
    expect(
      mannWhitney(sample([1.1, 2.2, 3.3, 4.4, 5.5]), sample([6.1, 7.2, 8.3, 9.4, 10.5, 11.6])),
    ).toBeCloseTo(0.008113, 4);
    // the same, with ties
    expect(mannWhitney(sample([1, 2, 2, 3, 4, 4, 5]), sample([2, 3, 4, 5, 5, 6, 7, 7]))).toBeCloseTo(
      0.060761,
      3,
    );
    expect(mannWhitney(sample([5, 5, 5, 5, 5]), sample([5, 5, 5, 5, 5]))).toBe(1);
  });

  it('tells a real change, with an interval that has it', () => {
    const change = compareSamples(sample(normal(200, 100, 10, 1)), sample(normal(200, 110, 10, 2)));
    expect(change.significant).toBe(true);
    const [low = 0, high = 0] = change.interval ?? [];
    expect(low).toBeLessThan(10);
    expect(high).toBeGreaterThan(10);
    expect(high - low).toBeLessThan(8);
  });

  it('rarely tells one where there is none, and its interval holds zero mostly', () => {
    const changes = Array.from({ length: 400 }, (_, round) =>
      compareSamples(sample(normal(40, 100, 10, 2 * round + 1)), sample(normal(40, 100, 10, 2 * round + 2))),
    );
    expect(changes.filter(({ significant }) => significant).length).toBeLessThan(12);
    const holding = changes.filter(({ interval }) => interval && interval[0] <= 0 && interval[1] >= 0).length;
    expect(holding / changes.length).toBeGreaterThan(0.92);
    expect(holding / changes.length).toBeLessThan(0.99);
  });

  it('says nothing of too few', () => {
    expect(compareSamples(sample([1, 2, 3, 4]), sample([100, 200, 300, 400, 500]))).toMatchObject({
      p: null,
      interval: null,
      significant: false,
    });
  });
});
