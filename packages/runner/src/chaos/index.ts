export { chooseFault } from './choose.ts';
export { Fault } from './fault.ts';
export { type ChaosRates, DEFAULT_RATE, parseChaos, parseRate } from './rates.ts';
export { describeMismatch, judgeFault } from './verdict.ts';
