import type { LabFunction } from '../function.ts';
import type { LabExerciser } from './exerciser.ts';

/** Root ports that lead to nothing else where the lab has an SMMUv3. */
const ROOT_PORTS = [5, 6];

/** QEMU's educational devices, which can be behind its SMMUv3. They are told to drive all address lines. */
export const edu: LabExerciser = {
  description: 'two educational devices',
  iommu: 'smmuv3',
  acs: null,
  async start(): Promise<LabFunction[]> {
    return ROOT_PORTS.map((port) => ({
      device: { kind: 'emulated', driver: 'edu', properties: { dma_mask: '0xffffffffffffffff' } },
      place: { bus: `rp${port}` },
    }));
  },
};
