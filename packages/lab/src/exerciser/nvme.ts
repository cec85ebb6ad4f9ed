import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabFunction } from '../function.ts';
import type { LabExerciser, LabPlace } from './exerciser.ts';

const FUNCTIONS = 4;
const DISK_BYTES = 64 * 2 ** 20;

/** QEMU's NVMe functions, which can be behind its SMMUv3, with empty disks. Whoever sees their serial numbers may use them. */
export const nvme: LabExerciser = {
  description: 'four NVMe functions',
  iommu: 'smmuv3',
  acs: null,
  async start({ path }: LabPlace): Promise<LabFunction[]> {
    const images = Array.from({ length: FUNCTIONS }, (_, index) => join(path, `nvme-${index}.img`));
    for (const image of images) {
      writeFileSync(image, '', { mode: 0o600 });
      truncateSync(image, DISK_BYTES);
    }
    return nvmeFunctions(images);
  },
};

/** @param images raw files that may be overwritten, one for each function */
export function nvmeFunctions(images: readonly string[]): LabFunction[] {
  return images.map((image, index) => ({
    device: {
      kind: 'emulated',
      driver: 'nvme',
      properties: { serial: `coordinator-lab-${index}` },
      image,
    },
    place: { bus: `rp${index + 1}` },
    disk: `nvme${index}`,
    hostDriver: 'nvme',
  }));
}
