import type { LabFunction } from '../function.ts';
import type { LabExerciser, LabPlace } from './exerciser.ts';

/** Root ports that lead to nothing else where the lab has an SMMUv3. */
const ROOT_PORTS = [7, 8] as const;
/** Devices of different kinds that a lab can be given. */
export const MOST_LAB_DEVICES = ROOT_PORTS.length;

/** Functions that whoever starts the lab asks for, QEMU's own: two of one kind, or one of each of two. */
export const pci: LabExerciser = {
  description: null,
  iommu: 'smmuv3',
  acs: null,
  async start({ devices }: LabPlace): Promise<LabFunction[]> {
    return ROOT_PORTS.flatMap((port, index) => {
      const device = devices[index % devices.length];
      if (!device) return [];
      // Nothing runs what is in its ROM, and QEMU's file for that need not be there.
      const properties = { romfile: '', ...device.properties };
      return [
        { device: { kind: 'emulated', driver: device.driver, properties }, place: { bus: `rp${port}` } },
      ];
    });
  },
};
