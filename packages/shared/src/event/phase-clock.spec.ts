import { expect, it } from 'vitest';
import { PhaseClock } from './phase-clock.ts';

it('adds up to the whole, with a phase that is said again as one', () => {
  const clock = new PhaseClock();
  for (const [phase, at] of [
    ['queued', 7],
    ['boot', 100.4],
    ['tests', 2000],
    ['tests', 2100],
    ['power-off', 3000],
  ] as const)
    clock.enter(phase, at);
  clock.end(3200);
  clock.end(9999);
  expect(clock.times).toEqual([
    { phase: 'queued', duration_ms: 93 },
    { phase: 'boot', duration_ms: 1900 },
    { phase: 'tests', duration_ms: 1000 },
    { phase: 'power-off', duration_ms: 200 },
  ]);
});
