import type { Bdf, PciFunction, PciSysfs } from '@coordinator/pci';
import type { Exerciser, FunctionDetails } from '../exerciser.ts';
import { VirtualEdus } from './virtual.ts';

const VENDOR = 0x1234;
const DEVICE = 0x11e8;

/** QEMU's educational PCI device (docs/specs/edu.rst). Our driver requests its one vector under the function's BDF. */
export const edu: Exerciser = {
  name: 'edu',
  noun: 'educational device',
  plural: 'educational devices',
  phrase: "QEMU's educational device",
  identity: 'PCI function 1234:11e8',
  losesData: 'none',

  matches: ({ vendor, device }: PciFunction) => vendor === VENDOR && device === DEVICE,

  details(pci: PciSysfs, bdf: Bdf): FunctionDetails {
    const [node] = pci.entries(bdf, 'misc');
    return { node: node ? `/dev/${node}` : null, serial: null };
  },

  holdsData: () => false,

  virtual: async () => new VirtualEdus(),

  /** What is uploaded, a later step may download; and there are 4 KiB. */
  isSizeFree: () => false,
};
