import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketOf, LatencyHistogram, MAX_LATENCY_BUCKETS } from './histogram.ts';

describe('bucketOf', () => {
  it('is exact below 64 and never off by 2%', () => {
    expect([0, 1, 63, 64, 127, 128, 129].map(bucketOf)).toEqual([0, 1, 63, 64, 127, 128, 128]);
    fc.assert(
      fc.property(fc.integer({ min: 64, max: 3_600_000_000 }), (us) => {
        const bucket = bucketOf(us);
        expect(bucket).toBeLessThanOrEqual(us);
        expect(us - bucket).toBeLessThan(us / 50);
        expect(bucketOf(bucket)).toBe(bucket);
      }),
    );
  });
});

describe('LatencyHistogram', () => {
  it('counts every duration once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 40 })), (durations) => {
        const histogram = new LatencyHistogram();
        for (const us of durations) histogram.add(us);
        const buckets = histogram.buckets();
        expect(buckets.reduce((sum, [, count]) => sum + count, 0)).toBe(durations.length);
        expect(buckets.length).toBeLessThanOrEqual(MAX_LATENCY_BUCKETS);
        expect(histogram.summary()?.min ?? null).toBe(durations.length === 0 ? null : Math.min(...durations));
      }),
    );
  });

  it('tells the median within its bucket', () => {
    const histogram = new LatencyHistogram();
    for (const us of [10, 20, 30, 1000, 5000]) histogram.add(us);
    expect(histogram.summary()).toEqual({ min: 10, median: 30, max: 5000 });
  });
});
