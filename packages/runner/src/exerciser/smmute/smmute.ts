import type { Bdf, PciFunction, PciSysfs } from '@coordinator/pci';
import type { StepOf } from '@coordinator/shared/plan';
import type { Exerciser, FunctionDetails } from '../exerciser.ts';
import type { DevicePlace } from '../virtual.ts';
import { findObstacles } from './obstacles.ts';

const VENDOR = 0x13b5;
const DEVICE = 0xff80;

/** Arm's SMMU test engine. Its driver requests each vector under the function's BDF. */
export const smmute: Exerciser = {
  name: 'smmute',
  noun: 'SMMU test engine',
  plural: 'SMMU test engines',
  phrase: 'the SMMU test engine',
  identity: 'PCI function 13b5:ff80',
  losesData: 'none',

  matches: ({ vendor, device }: PciFunction) => vendor === VENDOR && device === DEVICE,

  details(pci: PciSysfs, bdf: Bdf): FunctionDetails {
    const [node] = pci.entries(bdf, 'smmute');
    return { node: node ? `/dev/${node}` : null, serial: null };
  },

  holdsData: () => false,

  virtual: async (place: DevicePlace) => (await import('./virtual.ts')).VirtualEngines.start(place),

  /** Transfers between two buffers of memory; not what injects a fault or writes to the engine's frame. */
  isSizeFree: ({ mode, fault }: StepOf<'smmute'>) => mode !== 'p2p' && fault === null,

  findObstacles,
};
