import type { Exerciser } from '../exerciser.ts';
import { identityOf } from '../identity.ts';
import { VirtualEdus } from './virtual.ts';

/** QEMU's educational PCI device (docs/specs/edu.rst). Our driver requests its one vector under the function's BDF. */
export const edu: Exerciser = {
  name: 'edu',
  noun: 'educational device',
  plural: 'educational devices',
  phrase: "QEMU's educational device",
  losesData: 'none',
  ...identityOf(0x1234, 0x11e8, 'misc'),

  virtual: async () => new VirtualEdus(),

  /** What is uploaded, a later step may download; and there are 4 KiB. */
  isSizeFree: () => false,
};
