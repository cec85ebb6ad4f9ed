import { parsePlan } from '@coordinator/shared/plan';
import { describe, expect, it } from 'vitest';
import { checkOptions } from './check-options.ts';
import { loadPlan } from './load-plan.ts';
import { testDefaults } from './options.ts';

describe('of a plan for any PCI function, what does not go together is refused', () => {
  const check = (device: string, place: 'virtual' | 'host' | 'lab') =>
    checkOptions(
      { ...testDefaults },
      place,
      parsePlan(`exerciser: pci\ndevice: ${device}\ntests:\n- { run: ["true"] }\n`, 'p'),
    );

  it('a function that QEMU does not emulate, and guests that get no other', () =>
    expect(() => check('{ id: "8086:10c9" }', 'virtual')).toThrow('the plan names none'));

  it.each(['host', 'lab'] as const)('what QEMU calls a function, and those of the platform %s', (place) => {
    expect(() => check('{ qemu: igb }', place)).toThrow('told by id or class');
    expect(() => check('{ qemu: igb, class: "0200" }', place)).not.toThrow();
  });

  it('--exerciser pci without a plan', () =>
    expect(() => loadPlan({ exerciser: 'pci' })).toThrow('--exerciser pci needs a plan'));
});
