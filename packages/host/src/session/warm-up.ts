import { findHostQemu } from './host-vmm.ts';
import { packKernels } from './kernels.ts';
import { testDefaults } from './options.ts';
import { prepareStart } from './prepare-start.ts';

/**
 * Makes, on this Arm host, what guests of a run without options are restored from.
 * @throws CoordinatorError when that cannot be done.
 */
export async function warmUp(): Promise<void> {
  const kernels = packKernels(testDefaults, {});
  if (kernels === null) throw new Error('only a coordinator of a pack warms up');
  const qemu = await findHostQemu({});
  await prepareStart(
    'snapshot',
    { qemu, accelerator: 'kvm', sharedMemory: false, iommu: false, kernels },
    { ...testDefaults, start: 'snapshot' },
    {
      interrupt: new AbortController().signal,
      setUpListener: () => ({ show: () => {}, note: () => {}, end: () => {} }),
    },
  );
}
