import { describe, expect, it } from 'vitest';
import { builtinPlans, parsePlan, promiseOf } from '../plan/index.ts';

const promise = (test: string) => {
  const [step] = parsePlan(`iommu: true\ntests:\n- ${test}\n`, 'p').tests;
  if (!step) throw new Error('no step');
  return promiseOf(step);
};
const exactly = (count: number) => ({ min: count, max: count });

describe('promiseOf', () => {
  it('has one interrupt for each transaction that waits for its result', () => {
    expect(promise('{ mode: memcpy, transactions: 5, repetitions: 3 }')).toEqual({
      results: exactly(15),
      misconfigured: exactly(0),
      aborted: exactly(0),
      strikes: false,
      interrupts: exactly(15),
      overlaps: false,
      inTurn: true,
      work: { launches: exactly(15), bytes: exactly(15 * 4096), interrupts: exactly(15) },
    });
  });

  it.each([
    ['{ mode: p2p, size: 8, transactions: 20 }', { results: exactly(40), interrupts: { min: 40, max: 60 } }],
    ['{ mode: memcpy, transactions: 64, depth: 8 }', { interrupts: { min: 1, max: 64 }, overlaps: true }],
    ['{ mode: memcpy, fault: drv, transactions: 2 }', { aborted: exactly(2), interrupts: exactly(2) }],
    ['{ mode: sum64, fault: drv }', { misconfigured: exactly(1), interrupts: exactly(0) }],
    [
      '{ mode: memcpy, fault: read }',
      { results: exactly(0), work: { launches: exactly(0), bytes: exactly(0), interrupts: exactly(0) } },
    ],
    ['{ mode: memcpy, fault: tlb }', { results: exactly(1), aborted: exactly(0) }],
    [
      '{ mode: p2p, size: 8, fault: drv }',
      { results: exactly(2), work: { launches: exactly(1), bytes: exactly(0), interrupts: exactly(1) } },
    ],
    [
      '{ mode: memcpy, fault: stale-write, transactions: 3 }',
      {
        aborted: exactly(3),
        interrupts: exactly(3),
        work: { launches: exactly(6), bytes: exactly(3 * 4096), interrupts: exactly(3) },
      },
    ],
  ])('%s', (test, expected) => expect(promise(test)).toMatchObject(expected));

  it('expects something of every built-in plan', () => {
    for (const [name, text] of builtinPlans)
      for (const step of parsePlan(text, name).tests)
        expect(promiseOf(step).results.min, `${name}: ${step.name}`).toBeGreaterThan(0);
  });
});
