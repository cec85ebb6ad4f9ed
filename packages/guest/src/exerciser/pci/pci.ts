import type { GuestSystem } from '../../system/guest-system.ts';
import type { BareDevice } from '../exerciser.ts';
import { PCI_DEVICES } from '../sysfs-pci.ts';
import { loadDriver } from './modules.ts';
import { inspect } from './probe.ts';

/** Any PCI function: the plan says which, and the user's programs have it do something. */
export const pci: BareDevice = {
  driver: null,
  tool: null,
  inspect,
  loadDriver,

  /** Those of its vectors; without any, its line. Documentation/ABI/testing/sysfs-bus-pci, msi_irqs. */
  interruptNumbers(system: GuestSystem, bdf: string): readonly string[] {
    const vectors = system.files.list(system.path(`${PCI_DEVICES}/${bdf}/msi_irqs`));
    if (vectors.length > 0) return vectors;
    const line = system.read(`${PCI_DEVICES}/${bdf}/irq`);
    return line === null || line === '0' ? [] : [line];
  },

  ownsInterruptLine: (line: string, _: string, numbers: readonly string[]) =>
    numbers.includes(/^\s*(\d+):/.exec(line)?.[1] ?? ''),
};
