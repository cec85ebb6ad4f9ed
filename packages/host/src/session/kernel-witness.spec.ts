import { parsePlan } from '@coordinator/shared/plan';
import { describe, expect, it } from 'vitest';
import { findKernelSilence, withoutUnproven } from './kernel-witness.ts';

const functions = [{ bdf: '0000:07:00.0' }, { bdf: '0000:08:00.0' }];
const behind = (iommu: string | null) => ({
  iommuDriverOf: (bdf: string) => (bdf === '0000:08:00.0' ? iommu : null),
});
const DENIED = "the kernel's log cannot be read: EPERM";

const plan = parsePlan(
  'tests:\n- { mode: memcpy }\n- { mode: memcpy, fault: foreign-write }\n- { mode: memcpy, fault: substream }\n',
  'mixed',
);

describe("a kernel's log that cannot be read", () => {
  it('is nothing to tell of where it can', () => {
    expect(findKernelSilence(functions, null, behind('arm-smmu-v3'))).toBeNull();
    expect(withoutUnproven(plan, null)).toBe(plan);
  });

  it('is told, and leaves no isolation test to pass without its witness', () => {
    const silence = findKernelSilence(functions, DENIED, behind('arm-smmu-v3'));
    expect(silence?.notice).toMatch(/^the kernel's log cannot be read: EPERM; .* is not known/);
    const { tests, excluded } = withoutUnproven(plan, silence);
    expect(tests.map(({ name }) => name)).toEqual([plan.tests[0]?.name, plan.tests[2]?.name]);
    expect(excluded).toEqual([
      { name: plan.tests[1]?.name, why: `whether the IOMMU stopped anything is not known: ${DENIED}` },
    ]);
  });

  it.each([null, 'dmar0', 'pcieport'])(
    'costs no test where the IOMMU %s would not have told there',
    (iommu) => {
      const silence = findKernelSilence(functions, DENIED, behind(iommu));
      expect(silence).toMatchObject({ notice: expect.stringContaining(DENIED), unproven: null });
      expect(withoutUnproven(plan, silence)).toBe(plan);
    },
  );

  it('leaves nothing of a plan that is all isolation', () => {
    const silence = findKernelSilence(functions, DENIED, behind('virtio_iommu'));
    const all = { ...plan, tests: plan.tests.slice(1, 2) };
    expect(() => withoutUnproven(all, silence)).toThrow(
      /^no test of the plan mixed can be done here: .*EPERM/,
    );
  });
});
