import {
  describeDevice,
  type FunctionIdentity,
  isMeant,
  type PlanDevice,
} from '@coordinator/shared/exerciser';
import type { GuestSystem } from '../../system/guest-system.ts';
import type { Finding } from '../exerciser.ts';
import { PCI_DEVICES, wrongDriver } from '../sysfs-pci.ts';
import { whyNotLoaded } from './modules.ts';
import { findNode } from './node.ts';

/** Bridges, those to the host and to other buses: PCI Code and ID Assignment Specification, class 06h. */
const BRIDGE = 0x06;
const VIRTIO = 0x1af4;
/** What VMMs give each guest of ours: 9p shares, console, vsock, IOMMU. Virtio 1.2, 4.1.2.1; 9p and console before 1.0 too. */
const OWN_VIRTIO: ReadonlySet<number> = new Set([0x1009, 0x1049, 0x1003, 0x1043, 0x1053, 0x1057]);

/** Finds the one function that the plan means; what is no device of the user's is none. */
export function inspect(system: GuestSystem, wanted?: PlanDevice): Finding {
  const missing = { bdf: null, driver: null, node: null };
  if (!wanted) return { ...missing, problem: 'the plan names no function' };
  const [bdf = null, ...others] = system.files
    .list(system.path(PCI_DEVICES))
    .toSorted()
    .filter((one) => {
      const fn = identityOf(system, one);
      return fn !== null && !isOfVmm(fn) && isMeant(wanted, fn);
    });
  const which = describeDevice(wanted);
  if (bdf === null) return { ...missing, problem: `no ${which} in this guest` };
  if (others.length > 0)
    return { ...missing, problem: `more than one ${which} in this guest: ${[bdf, ...others].join(', ')}` };
  const driver = system.linkName(`${PCI_DEVICES}/${bdf}/driver`);
  const wrong = wanted.driver === null ? null : wrongDriver(bdf, driver, wanted.driver);
  const problem = whyNotLoaded(system, wanted) ?? wrong;
  return problem === null ? { bdf, driver, ...findNode(system, bdf) } : { ...missing, bdf, driver, problem };
}

function identityOf(system: GuestSystem, bdf: string): FunctionIdentity | null {
  const number = (file: string) => Number(system.read(`${PCI_DEVICES}/${bdf}/${file}`) ?? Number.NaN);
  const identity = { vendor: number('vendor'), device: number('device'), class: number('class') };
  return Object.values(identity).every(Number.isInteger) ? identity : null;
}

const isOfVmm = ({ vendor, device, class: pciClass }: FunctionIdentity): boolean =>
  pciClass >> 16 === BRIDGE || (vendor === VIRTIO && OWN_VIRTIO.has(device));
