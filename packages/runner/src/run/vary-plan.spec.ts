import { builtinPlans, isProgram, type Plan, parsePlan } from '@coordinator/shared/plan';
import { describe, expect, it } from 'vitest';
import { deriveSeed } from './seed.ts';
import { seedSteps, varyPlan } from './vary-plan.ts';

const plan = parsePlan(builtinPlans.get('default') ?? '', 'default');

const transfersOf = ({ tests }: Plan) => tests.filter((step) => !isProgram(step));

describe('varyPlan', () => {
  it('gives the same plan for the same seed, and another for another', () => {
    expect(varyPlan(plan, 7, 'all')).toEqual(varyPlan(plan, 7, 'all'));
    expect(varyPlan(plan, 7, 'all')).not.toEqual(varyPlan(plan, 8, 'all'));
    expect(varyPlan(plan, 7, 'none')).toEqual(seedSteps(plan));
  });

  it('changes seeds alone unless it is told to change all', () => {
    const varied = varyPlan(plan, 7, 'seeds');
    expect(transfersOf(varied).map(({ name, size, offset }) => [name, size, offset])).toEqual(
      transfersOf(plan).map(({ name, size, offset }) => [name, size, offset]),
    );
    expect(new Set(varied.tests.map(({ seed }) => seed)).size).toBe(plan.tests.length);
  });

  it('draws sizes and offsets of words, names each step by its size and once, and leaves faults as they are', () => {
    for (let seed = 0; seed < 300; seed++) {
      const tests = transfersOf(varyPlan(plan, seed, 'all'));
      for (const { mode, size, offset, name } of tests.slice(0, 3)) {
        expect(size % 64).toBe(0);
        expect(size).toBeGreaterThan(0);
        expect(size).toBeLessThanOrEqual(64 * 1024);
        expect(offset % 64).toBe(0);
        expect(name).toBe(`${mode}/0x${size.toString(16)}`);
      }
      expect(tests[3]).toMatchObject({ size: 4096, offset: 0, name: 'memcpy/0x1000/fault-drv' });
      expect(new Set(tests.map(({ name }) => name)).size).toBe(tests.length);
    }
  });

  it('keeps the seed that a step names', () => {
    const [first, ...rest] = plan.tests;
    const seeded = { ...plan, tests: [{ ...first, seed: 5 } as (typeof plan.tests)[number], ...rest] };
    expect(varyPlan(seeded, 7, 'all').tests[0]?.seed).toBe(5);
  });
});

describe('seeds of steps that name none', () => {
  it.each([
    ['without a seed', seedSteps(plan)],
    ['with one', varyPlan(plan, 7, 'seeds')],
  ])('differ in the bits that show, %s', (_, { tests }) => {
    expect(new Set(tests.map(({ seed }) => (seed ?? 0) & 0x1ff)).size).toBe(tests.length);
  });

  it('leave the first step as its command line says', () =>
    expect(seedSteps(plan).tests[0]?.seed).toBeNull());
});

describe('deriveSeed', () => {
  it('does not change between versions: a seed in an old report still repeats its round', () => {
    expect(deriveSeed(2026, 'round 17')).toBe(1_729_208_469);
  });
});
