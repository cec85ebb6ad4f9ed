export { bucketOf, type LatencyBuckets, LatencyHistogram, MAX_LATENCY_BUCKETS } from './histogram.ts';
