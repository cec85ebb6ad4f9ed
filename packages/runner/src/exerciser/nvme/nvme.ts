import type { Bdf, PciFunction, PciSysfs } from '@coordinator/pci';
import { namespacesOf } from '@coordinator/pci';
import type { Exerciser, FunctionDetails } from '../exerciser.ts';
import type { DevicePlace } from '../virtual.ts';
import { VirtualDisks } from './virtual.ts';

/** Mass storage, non-volatile memory, NVM Express: PCI Code and ID Assignment Specification, class 01h. */
const CLASS = 0x010802;

/** Serial numbers of disks that the lab made for tests begin so. */
const OWN_SERIAL = /^coordinator-lab\b/;

/** Any NVMe function whose contents may be destroyed. */
export const nvme: Exerciser = {
  name: 'nvme',
  noun: 'NVMe function',
  plural: 'NVMe functions',
  phrase: 'an NVMe function',
  identity: 'PCI function of class 0x010802',
  losesData: 'all',

  matches: (fn: PciFunction) => fn.class === CLASS,

  details(pci: PciSysfs, bdf: Bdf): FunctionDetails {
    const [controller] = pci.entries(bdf, 'nvme');
    const [namespace] = namespacesOf(pci, bdf);
    return {
      node: namespace ? `/dev/${namespace}` : null,
      serial: controller ? pci.text(bdf, `nvme/${controller}/serial`) : null,
    };
  },

  holdsData: ({ serial }: FunctionDetails) => serial === null || !OWN_SERIAL.test(serial),

  virtual: async (place: DevicePlace) => new VirtualDisks(place),

  /** Where a step writes, a later one may read. */
  isSizeFree: () => false,
};
