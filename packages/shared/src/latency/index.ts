export { type Bin, HalfOctaves } from './half-octaves.ts';
export { bucketOf, type LatencyBuckets, LatencyHistogram, MAX_LATENCY_BUCKETS } from './histogram.ts';
