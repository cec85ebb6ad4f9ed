import { type ExerciserStep, freeName, isProgram, type Plan, type TestStep } from '@coordinator/shared/plan';
import { exercisers } from '../exerciser/index.ts';
import type { Variation } from '../variation.ts';
import { deriveSeed, draw } from './seed.ts';

/** The engine sums words of 8 bytes at addresses of 8 bytes; a cache line makes sizes people can read. */
const GRAIN = 64;
const LARGEST_SIZE = 64 * 1024;
const LARGEST_OFFSET = 4096;
/** messageLimits.name would take more; a plan does not. */
const SIZE_IN_NAME = /\/0x[0-9a-f]+/;

/**
 * The plan as this seed makes it; the same for the same seed. A step that names a seed keeps it. Sizes are drawn so
 * that small ones are as likely as large ones, up to 64 KiB or the step's own; a step that injects a fault, writes
 * to the engine's frame or to a disk keeps size and offset, since its outcome may depend on them.
 */
export function varyPlan(plan: Plan, seed: number, variation: Variation): Plan {
  if (variation === 'none') return seedSteps(plan);
  const exerciser = exercisers[plan.exerciser];
  const used = new Set<string>();
  const tests = plan.tests.map((step, index): TestStep => {
    const label = `step ${index}`;
    const seeded = { ...step, seed: step.seed ?? seedOf(deriveSeed(seed, `${label} seed`), index) };
    const isFree = variation === 'all' && !isProgram(seeded) && exerciser.isSizeFree(seeded);
    const varied = isFree ? varySize(seeded, seed, label) : seeded;
    // Two steps may have become the same size.
    return { ...varied, name: freeName(varied.name, used) };
  });
  return { ...plan, tests };
}

/**
 * The plan with a seed for each step but the first (which does what its command line says), so that no step can pass by
 * the data of another.
 */
export function seedSteps(plan: Plan): Plan {
  const tests = plan.tests.map(
    (step, index): TestStep =>
      index === 0 || step.seed !== null ? step : { ...step, seed: index * SEED_STEP },
  );
  return { ...plan, tests };
}

/** All that RAND48's bytes show of a seed. */
const VISIBLE_BITS = 0x1ff;
/** Odd, so that the products of neighbours, and of any two of 512, differ in those bits. */
const SEED_STEP = 0x1f35;

/** `seed` with other bits, of those that show, than the steps beside this one have. */
function seedOf(seed: number, index: number): number {
  return ((seed & ~VISIBLE_BITS) | ((index * SEED_STEP) & VISIBLE_BITS)) >>> 0;
}

function varySize(step: ExerciserStep, seed: number, label: string): ExerciserStep {
  const largest = Math.log2(Math.max(step.size, LARGEST_SIZE) / GRAIN);
  const size = Math.floor(2 ** (draw(seed, `${label} size`) * largest)) * GRAIN;
  const offset = Math.floor((draw(seed, `${label} offset`) * LARGEST_OFFSET) / GRAIN) * GRAIN;
  const name = step.name.includes(`/0x${step.size.toString(16)}`)
    ? step.name.replace(SIZE_IN_NAME, `/0x${size.toString(16)}`)
    : step.name;
  return { ...step, size, offset, name };
}
