import type { SampleChange } from './comparison.ts';
import { LEAST } from './least.ts';
import type { Sample } from './sample.ts';

const SIGNIFICANT = 0.01;
const Z_95 = 1.959964;

/**
 * Whether what was measured in two runs differs. Nothing is said of how it is spread: the test is one of ranks, the
 * interval one of order statistics (Price and Bonett, "Distribution-free confidence intervals for difference and ratio of
 * medians", 2002).
 */
export function compareSamples(a: Sample, b: Sample): SampleChange {
  const medians: [number, number] = [medianOf(a), medianOf(b)];
  const difference = medians[1] - medians[0];
  const enough = Math.min(a.count, b.count) >= LEAST;
  const spread = Z_95 * Math.sqrt(varianceOfMedian(a) + varianceOfMedian(b));
  const interval: SampleChange['interval'] = enough ? [difference - spread, difference + spread] : null;
  const p = enough ? mannWhitney(a, b) : null;
  const apart = interval !== null && (interval[0] > 0 || interval[1] < 0);
  const significant = apart && p !== null && p < SIGNIFICANT;
  return { counts: [a.count, b.count], medians, difference, interval, p, significant };
}

export function medianOf(sample: Sample): number {
  return sample.at((sample.count + 1) / 2);
}

/** From how far apart the values of two ranks around the middle are. */
function varianceOfMedian(sample: Sample): number {
  const { count } = sample;
  const rank = Math.max(1, Math.round((count + 1) / 2 - Math.sqrt(count)));
  const width = sample.at(count - rank + 1) - sample.at(rank);
  // How many deviations of a binomial count lie between the two ranks, both ends.
  const z = normalQuantile(1 - binomialBelow(rank, count));
  return z > 0 ? (width / (2 * z)) ** 2 : 0;
}

/** P(X < rank) of X hits in `count` throws of a coin. */
function binomialBelow(rank: number, count: number): number {
  if (count > 1000) return normalBelow((rank - 0.5 - count / 2) / Math.sqrt(count / 4));
  let term = 0.5 ** count;
  let sum = 0;
  for (let hits = 0; hits < rank; hits += 1) {
    sum += term;
    term *= (count - hits) / (hits + 1);
  }
  return sum;
}

/** Two-sided, by the normal distribution, corrected for ties and for counts being whole. */
export function mannWhitney(a: Sample, b: Sample): number {
  const values = new Map<number, [number, number]>();
  for (const [value, count] of a.bins) values.set(value, [count, 0]);
  for (const [value, count] of b.bins) values.set(value, [values.get(value)?.[0] ?? 0, count]);
  const all = a.count + b.count;
  let before = 0;
  let ranks = 0;
  let ties = 0;
  for (const [, [inA, inB]] of [...values].sort(([x], [y]) => x - y)) {
    const here = inA + inB;
    ranks += inA * (before + (here + 1) / 2);
    ties += here ** 3 - here;
    before += here;
  }
  const u = ranks - (a.count * (a.count + 1)) / 2;
  const variance = ((a.count * b.count) / 12) * (all + 1 - ties / (all * (all - 1)));
  if (variance <= 0) return 1;
  const away = Math.max(0, Math.abs(u - (a.count * b.count) / 2) - 0.5);
  return Math.min(1, 2 * (1 - normalBelow(away / Math.sqrt(variance))));
}

/** The standard normal distribution: Abramowitz and Stegun 7.1.26, within 1.5e-7. */
function normalBelow(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const tail = (series * Math.exp(-x * x)) / 2;
  return z < 0 ? tail : 1 - tail;
}

/** By halving: it is asked for a few times a comparison. */
function normalQuantile(share: number): number {
  let [low, high] = [-9, 9];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (normalBelow(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
