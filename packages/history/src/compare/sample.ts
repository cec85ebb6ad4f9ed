import { bucketOf } from '@coordinator/shared/latency';
import type { Distribution } from '@coordinator/shared/report';

/** Values of one kind, ascending, each with how often it came: memory does not grow with how many were measured. */
export interface Sample {
  readonly count: number;
  readonly bins: ReadonlyArray<readonly [value: number, count: number]>;
  /** The value of a rank from 1 to `count`; between values of two bins it goes over evenly. */
  at(rank: number): number;
}

/** Single measurements, or pairs of value and count, as reports have them. */
export function sampleOf(values: Iterable<number | readonly [value: number, count: number]>): Sample | null {
  const counts = new Map<number, number>();
  for (const one of values) {
    const [value, count] = typeof one === 'number' ? [one, 1] : one;
    if (Number.isFinite(value) && count > 0) counts.set(value, (counts.get(value) ?? 0) + count);
  }
  return counts.size > MAX_BINS ? coarse(counts) : makeSample([...counts].sort(([a], [b]) => a - b));
}

/** More different values than this are put in classes of 2%. */
const MAX_BINS = 4096;

function coarse(counts: ReadonlyMap<number, number>): Sample | null {
  const classes = new Map<number, number>();
  for (const [value, count] of counts) {
    const lowest = bucketOf(value * PARTS) / PARTS;
    classes.set(lowest, (classes.get(lowest) ?? 0) + count);
  }
  return makeSample([...classes].sort(([a], [b]) => a - b));
}
/** Of a value's unit, so that small ones keep their classes apart. */
const PARTS = 1000;

function makeSample(bins: ReadonlyArray<readonly [number, number]>): Sample | null {
  const count = bins.reduce((sum, [, times]) => sum + times, 0);
  if (count === 0) return null;
  const at = (rank: number): number => {
    const whole = Math.min(Math.max(1, Math.floor(rank)), count);
    const low = valueAt(bins, whole);
    const part = Math.min(Math.max(0, rank - whole), 1);
    return part === 0 ? low : low + part * (valueAt(bins, Math.min(count, whole + 1)) - low);
  };
  return { count, bins, at };
}

function valueAt(bins: ReadonlyArray<readonly [number, number]>, rank: number): number {
  let before = 0;
  for (const [value, times] of bins) {
    before += times;
    if (before >= rank) return value;
  }
  return bins.at(-1)?.[0] ?? 0;
}

/**
 * What a stress run keeps of its measurements: classes half an octave wide, and some exact quantiles. A rank within a class
 * is where it would be if values were spread evenly over it, held to the quantiles that are known.
 */
export function sampleOfDistribution({ count, min, p50, p90, p99, max, bins }: Distribution): Sample | null {
  if (count === 0) return null;
  const known: ReadonlyArray<readonly [rank: number, value: number]> = [
    [1, min],
    [(count + 1) / 2, p50],
    [0.9 * count, p90],
    [0.99 * count, p99],
    [count, max],
  ];
  let before = 0;
  const edges = bins.flatMap(({ from, to, count: times }) => {
    const pair = [
      [before + 0.5, Math.max(from, min)],
      [before + times + 0.5, Math.min(to, max)],
    ] as const;
    before += times;
    return pair;
  });
  const points = [...known, ...edges].toSorted(([a], [b]) => a - b);
  let highest = min;
  const rising = points.map(([rank, value]) => {
    highest = Math.max(highest, value);
    return [rank, highest] as const;
  });
  const at = (rank: number): number => {
    const next = rising.findIndex(([known]) => known >= rank);
    const [toRank, to] = rising[next < 0 ? rising.length - 1 : next] ?? [count, max];
    const [fromRank, from] = rising[Math.max(0, next - 1)] ?? [1, min];
    return toRank <= fromRank
      ? to
      : from + ((Math.min(rank, toRank) - fromRank) / (toRank - fromRank)) * (to - from);
  };
  return { count, bins: bins.map(({ from, count: times }) => [from, times]), at };
}
