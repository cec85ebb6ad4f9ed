export { type ChaosRates, DEFAULT_RATE, parseChaos, parseRate } from './chaos/options.ts';
export type { StressOptions } from './options.ts';
export { stress } from './stress-run.ts';
