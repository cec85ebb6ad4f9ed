import type { Bdf, PciFunction, PciSysfs } from '@coordinator/pci';
import type { Exerciser } from './exerciser.ts';

type Identity = Pick<Exerciser, 'identity' | 'matches' | 'details' | 'holdsData'>;

/**
 * Functions told by vendor and device alone, which store nothing.
 * @param folder in a function's folder of sysfs while its driver has it: an entry in it is called like the device file
 */
export function identityOf(vendor: number, device: number, folder: string): Identity {
  return {
    identity: `PCI function ${[vendor, device].map((id) => id.toString(16).padStart(4, '0')).join(':')}`,
    matches: (fn: PciFunction) => fn.vendor === vendor && fn.device === device,
    details: (pci: PciSysfs, bdf: Bdf) => {
      const [node] = pci.entries(bdf, folder);
      return { node: node ? `/dev/${node}` : null, serial: null };
    },
    holdsData: () => false,
  };
}
