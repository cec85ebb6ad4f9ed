import type { Bdf, PciFunction, PciSysfs } from '@coordinator/pci';
import { describeDevice, isMeant, type PlanDevice } from '@coordinator/shared/plan';
import type { Exerciser, FunctionDetails } from '../exerciser.ts';
import { VirtualFunctions } from './virtual.ts';

/** Mass storage of any kind: PCI Code and ID Assignment Specification, class 01h. */
const STORAGE = /^0x01/;

/** Any PCI function; which one, a plan says. */
export const pci: Exerciser = {
  name: 'pci',
  noun: 'PCI function of a plan',
  plural: 'PCI functions of a plan',
  phrase: 'any PCI function that a plan names',
  identity: 'a plan names it',
  losesData: 'storage',

  matches: () => false,

  details(sysfs: PciSysfs, bdf: Bdf): FunctionDetails {
    return { node: findNode(sysfs, bdf), serial: null };
  },

  /** Nobody can tell a disk that was made for tests from another. */
  holdsData: (_: FunctionDetails, pciClass: string) => STORAGE.test(pciClass),

  virtual: async () => new VirtualFunctions(null),

  isSizeFree: () => false,

  meantBy(device: PlanDevice): Exerciser {
    const noun = describeDevice(device);
    return {
      ...pci,
      ...{
        noun,
        plural: noun.replace('function', 'functions'),
        phrase: `a ${noun}`,
        identity: 'as its plan says',
        shownBy: '--plan PLAN',
      },
      // One that is known only by its name in QEMU is none of this machine's.
      matches: (fn: PciFunction) => (device.id !== null || device.class !== null) && isMeant(device, fn),
      virtual: async () => new VirtualFunctions(device.qemu),
    };
  },
};

/** A device file that the function's driver has made: CLASS/NAME, as in misc/edu0. */
function findNode(sysfs: PciSysfs, bdf: Bdf): string | null {
  for (const group of sysfs.entries(bdf, '.'))
    for (const name of sysfs.entries(bdf, group)) {
      const [, file] = /^DEVNAME=(.+)$/m.exec(sysfs.text(bdf, `${group}/${name}/uevent`) ?? '') ?? [];
      if (file !== undefined) return `/dev/${file}`;
    }
  return null;
}
