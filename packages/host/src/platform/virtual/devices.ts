import type { GuestFunction } from '@coordinator/machine/vmm';
import type { DeviceWitness } from '../platform.ts';

/** A function that one guest has to itself. */
export interface VirtualDevice {
  readonly function: GuestFunction;
  /** Resolves, with a sentence, if the device is lost while the guest has it. */
  readonly lost: Promise<string>;
  /** What it has counted since it was made; absent where it does not tell. */
  witness?(): Promise<DeviceWitness>;
  /** Makes the device go away under the guest; absent where that cannot be done. */
  break?(): Promise<void>;
  /** Never rejects. */
  remove(): Promise<void>;
}

/** Makes the functions of guests on the platform "virtual". One implementation an exerciser. */
export interface VirtualDevices {
  /** What `coordinator guests` shows for it. */
  readonly label: string;
  /** @param guest names the device's files. */
  add(guest: string): Promise<VirtualDevice>;
  /** Never rejects. */
  close(): Promise<void>;
}

/** Where devices keep what they need; short, and ours alone. */
export interface DevicePlace {
  readonly runtimeFolder: string;
}
