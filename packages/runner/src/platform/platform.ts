import type { DeviceWitness } from '@coordinator/life';
import type { KernelFinding, KernelWatch } from '@coordinator/machine/kernel-log';
import type { GuestMachine, Vmm } from '@coordinator/machine/vmm';
import type { Device } from '@coordinator/shared/report';
import type { VmmName } from '@coordinator/shared/vmm';

/** A device handed to one guest for the length of its life. */
export interface Lease {
  readonly device: Device;
  /** An empty folder that its VMM already has for its guest's results: to be moved to where they belong. */
  readonly results?: string;
  /** Resolves, with a sentence, if the device is lost while the guest has it. */
  readonly lost: Promise<string>;
  /**
   * Hands on what this machine's kernel says of the device from now on; absent where a device is not this machine's, or
   * its log may not be read. Its watch is complete only where the kernel tells of what an IOMMU stopped.
   */
  watchKernel?(onFinding: (finding: KernelFinding) => void): KernelWatch;
  /** What the device itself has counted; absent where it does not tell. */
  witness?(): Promise<DeviceWitness>;
  /** Makes the device go away under the guest, for `--chaos`; absent where that cannot be done. */
  breakDevice?(): Promise<void>;
  /**
   * Takes the device back. May be called again.
   * @throws CoordinatorError when it is not as it was before.
   */
  release(): Promise<void>;
}

/** Where guests run and what devices they get. */
export interface Platform {
  readonly name: 'virtual' | 'lab' | 'host';
  readonly vmm: VmmName;
  readonly vmmVersion: string | null;
  /** Hears how many more guests will come, as far as it is known: what they need may be made ready. */
  expect?(guests: number): void;
  /** Waits for a free device. Rejects when `signal` aborts, or with a CoordinatorError. */
  lease(guest: string, signal: AbortSignal): Promise<Lease>;
  start(machine: GuestMachine, lease: Lease): Promise<Vmm>;
  /** Ends what the platform itself started. Never rejects. */
  close(): Promise<void>;
}
