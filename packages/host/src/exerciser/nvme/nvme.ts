import type { Bdf, PciFunction, PciSysfs } from '@coordinator/pci';
import { namespacesOf } from '@coordinator/pci';
import type { Exerciser, FunctionDetails, InterruptRows } from '../exerciser.ts';
import type { DevicePlace } from '../virtual.ts';
import { VirtualDisks } from './virtual.ts';

/** Mass storage, non-volatile memory, NVM Express: PCI Code and ID Assignment Specification, class 01h. */
const CLASS = 0x010802;

/** Serial numbers of disks that the lab made for tests begin so. */
const OWN_SERIAL = /^coordinator-lab\b/;

/** The driver requests a queue's vector as nvme<controller>q<queue>; queue 0 is that of administration. */
const ANY_QUEUE = /^nvme\d+q\d+$/;
const IO_QUEUE = /^nvme\d+q[1-9]\d*$/;

/** Any NVMe function whose contents may be destroyed. */
export const nvme: Exerciser = {
  name: 'nvme',
  noun: 'NVMe function',
  plural: 'NVMe functions',
  phrase: 'an NVMe function',
  identity: 'PCI function of class 0x010802',
  driver: 'nvme',
  destroysData: true,

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

  /**
   * A guest has one NVMe controller (its probe sees to that), so the names of the queues are enough. A command on an
   * I/O queue raises one interrupt at most, its completion; one completion may tell of several. There are more
   * commands than transactions, as the kernel splits transfers at what the device takes at once; so the guest counts
   * them. What the administration queue raises is no test's doing.
   */
  interruptRows(guestBdf: Bdf): InterruptRows {
    return {
      owns: (action) => ANY_QUEUE.test(action),
      counts: (action) => IO_QUEUE.test(action),
      cause: 'command',
      inTurn: false,
      of: `the queues of ${guestBdf}`,
    };
  },

  virtual: async (place: DevicePlace) => new VirtualDisks(place),

  /** Where a step writes, a later one may read. */
  isSizeFree: () => false,
};
