import { describe, expect, it } from 'vitest';
import { Figures } from './figures.ts';
import { RateMeter } from './rates.ts';
import { RssHistory } from './rss-history.ts';

describe('Figures', () => {
  it('gives percentiles within 1% and exact ends', () => {
    const figures = new Figures(1e6);
    for (let value = 1; value <= 10_000; value++) figures.record(value);
    const { count, min, p50, p90, p99, max, bins } = figures.summary() ?? {};
    expect([count, min, max]).toEqual([10_000, 1, 10_000]);
    for (const [value = 0, exact] of [
      [p50, 5000],
      [p90, 9000],
      [p99, 9900],
    ] as const) {
      expect(Math.abs(value - exact) / exact).toBeLessThan(0.01);
    }
    expect(bins?.reduce((sum, bin) => sum + bin.count, 0)).toBe(10_000);
  });

  it('says nothing without values, and takes what no measurement can be', () => {
    const figures = new Figures(1000);
    expect([figures.summary(), figures.median]).toEqual([null, null]);
    figures.record(Number.NaN);
    figures.record(Number.POSITIVE_INFINITY);
    figures.record(-5);
    figures.record(1e9);
    expect(figures.summary()).toMatchObject({ count: 2, min: 0, max: 1e9 });
  });
});

describe('RateMeter', () => {
  it('tells the rate of all the time from that of the last seconds', () => {
    const meter = new RateMeter();
    let rates: ReturnType<RateMeter['update']> | undefined;
    for (let second = 1; second <= 120; second++) {
      // A round a second in the first minute, none after.
      const rounds = Math.min(second, 60);
      rates = meter.update({ at: second * 1000, rounds, transactions: rounds * 13, interrupts: rounds * 13 });
    }
    expect(rates?.overall).toMatchObject({ guests_per_minute: 30, transactions_per_second: 6.5 });
    expect(rates?.recent.guests_per_minute).toBe(0);
  });
});

describe('RssHistory', () => {
  it('keeps the shape of a long time in little room', () => {
    const history = new RssHistory();
    for (let sample = 0; sample < 100_000; sample++) history.add(sample < 50_000 ? 100 : 200);
    expect(history.quarters()).toEqual([100, 100, 200, 200]);
  });
});
