import { describe, expect, it } from 'vitest';
import { builtinPlans, defaultPlan, parsePlan } from '../plan/index.ts';
import { exerciserNames, exerciserOf, isProgram, stepKinds } from './index.ts';
import { planKinds } from './plans.ts';

describe('the lists of exercisers', () => {
  it('have each of them', () => expect(Object.keys(planKinds)).toEqual(exerciserNames));

  it('have no mode in common, as it tells whose step it is', () => {
    const modes = Object.values(stepKinds).flatMap((kind): readonly string[] => kind.modes);
    expect(new Set(modes).size).toBe(modes.length);
    expect(() => exerciserOf({ mode: 'dance' as 'memcpy' })).toThrow(RangeError);
  });

  it('have no plan in common, and one that runs when none is named', () => {
    const plans = Object.values(planKinds).flatMap(({ builtin }) => Object.keys(builtin));
    expect([...builtinPlans.keys()]).toEqual(plans);
  });

  it.each(exerciserNames)('%s: its plans are of its own steps', (name) => {
    const plans = [...builtinPlans].map(([plan, text]) => parsePlan(text, plan));
    const own = plans.filter(({ exerciser }) => exerciser === name);
    if (defaultPlan(name) === null) expect(own).toEqual([]);
    else expect(own.map((plan) => plan.name)).toContain(defaultPlan(name));
    for (const step of own.flatMap(({ tests }) => tests.filter((one) => !isProgram(one))))
      expect(exerciserOf(step)).toBe(name);
  });
});
