import type { StressRunOptions } from './options.ts';

/** What makes a run a stress run, for another coordinator. */
export function stressFlags(options: StressRunOptions): string[] {
  const { mode, rounds, duration, rampUp, maxFailures, chaos = new Map<string, number>() } = options;
  // Decimals, however small: an exponent is no rate.
  const rates = [...chaos].map(([kind, rate]) => `${kind}=${rate.toFixed(20)}`);
  return [
    ...['--mode', mode, '--max-failures', String(maxFailures)],
    ...(rounds === undefined ? [] : ['--rounds', String(rounds)]),
    ...(duration === undefined ? [] : ['--duration', `${duration}ms`]),
    ...(rampUp === undefined ? [] : ['--ramp-up', `${rampUp}ms`]),
    ...(rates.length === 0 ? [] : ['--chaos', rates.join(',')]),
  ];
}
