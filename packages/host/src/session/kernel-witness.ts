import { usageError } from '@coordinator/base/errors';
import { isTellingIommu, whyNoKmsg } from '@coordinator/machine/kernel-log';
import { type Bdf, PciSysfs } from '@coordinator/pci';
import { type Plan, promiseOf } from '@coordinator/shared/plan';

/** What is not known of guests' devices where this machine's kernel log cannot be read. */
export interface KernelSilence {
  /** For people, in one sentence. */
  readonly notice: string;
  /** Why a test that has a device reach where an IOMMU must stop it proves nothing; null when none could be proven anyway. */
  readonly unproven: string | null;
}

/** @returns null when the log can be read */
export function findKernelSilence(
  functions: readonly { readonly bdf: Bdf }[],
  why: string | null = whyNoKmsg(),
  pci: Pick<PciSysfs, 'iommuDriverOf'> = new PciSysfs(),
): KernelSilence | null {
  if (why === null) return null;
  const tells = functions.some(({ bdf }) => isTellingIommu(pci.iommuDriverOf(bdf)));
  return {
    notice: `${why}; what it says of guests' devices, such as accesses that the IOMMU stopped, is not known (run as root, with CAP_SYSLOG)`,
    unproven: tells ? `whether the IOMMU stopped anything is not known: ${why}` : null,
  };
}

/**
 * The plan without the tests that need this machine's kernel for a witness, where there is none: they are reported as
 * skipped.
 * @throws CoordinatorError (usage) when no test is left
 */
export function withoutUnproven(plan: Plan, silence: KernelSilence | null): Plan {
  const why = silence?.unproven ?? null;
  if (why === null) return plan;
  const strikes = plan.tests.filter((step) => promiseOf(step).strikes);
  if (strikes.length === plan.tests.length)
    throw usageError(
      `no test of the plan ${plan.name} can be done here: ${why}`,
      'run as root, with CAP_SYSLOG in a container, or choose another plan',
    );
  return {
    ...plan,
    tests: plan.tests.filter((step) => !strikes.includes(step)),
    excluded: [...plan.excluded, ...strikes.map(({ name }) => ({ name, why }))],
  };
}
