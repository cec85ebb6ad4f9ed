import { type ChaosRates, parseChaos } from '@coordinator/runner/chaos';
import { describe, expect, it } from 'vitest';
import { stressDefaults } from './options.ts';
import { stressFlags } from './stress-flags.ts';

describe('stressFlags', () => {
  it('says what was asked for, and nothing else', () => {
    expect(stressFlags({ ...stressDefaults, rounds: 6 })).toEqual([
      ...['--mode', 'restart', '--max-failures', '0', '--rounds', '6'],
    ]);
    const options = {
      ...stressDefaults,
      mode: 'loop',
      duration: 90_000,
      rampUp: 500,
      maxFailures: 2,
    } as const;
    expect(stressFlags(options)).toEqual([
      ...['--mode', 'loop', '--max-failures', '2', '--duration', '90000ms', '--ramp-up', '500ms'],
    ]);
  });

  it('has rates that are read as they were', () => {
    const chaos: ChaosRates = new Map([
      ['kill-guest', 0.1],
      ['pause-guest', 1e-9],
    ]);
    const words = stressFlags({ ...stressDefaults, rounds: 1, chaos });
    expect(parseChaos(words[words.indexOf('--chaos') + 1] ?? '', 0.5)).toEqual(chaos);
  });
});
