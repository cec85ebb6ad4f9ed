import { messageOf } from '@coordinator/base/errors';
import type { GuestMachine, Vmm } from '@coordinator/machine/vmm';
import { FILES_TAG, type Template } from '@coordinator/template';

/** What a guest can be restored from; undefined when it has to boot. */
export function templateOf(templates: readonly Template[], machine: GuestMachine): Template | undefined {
  const { kernel, initrd, iommu = false, shares } = machine;
  const files = shares.some(({ tag }) => tag === FILES_TAG);
  return templates.find(
    (one) => one.iommu === iommu && one.kernel === kernel && one.initrd === initrd && one.files === files,
  );
}

/** A guest that cannot be restored boots, and says why. */
export async function restoreOrBoot(restore: () => Promise<Vmm>, boot: () => Promise<Vmm>): Promise<Vmm> {
  try {
    return await restore();
  } catch (error) {
    const notice = `it boots, as it could not be restored: ${messageOf(error)}`;
    return Object.assign(await boot(), { notice });
  }
}
