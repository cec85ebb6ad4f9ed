import type { LabFunction } from '../function.ts';
import type { LabExerciser } from './exerciser.ts';

/** Root ports that lead to nothing else where the lab has an SMMUv3. */
const ROOT_PORTS = [5, 6];
/** As many as the host's CPUs and its SMMUv3 have. */
const ADDRESS_LINES = 2 ** 48 - 1;

/** QEMU's educational devices, which can be behind its SMMUv3. They are told to drive all address lines. */
export const edu: LabExerciser = {
  description: 'two educational devices',
  iommu: 'smmuv3',
  acs: null,
  async start(): Promise<LabFunction[]> {
    return ROOT_PORTS.map((port) => ({
      driver: 'edu',
      bus: `rp${port}`,
      properties: { dma_mask: ADDRESS_LINES },
    }));
  },
};
