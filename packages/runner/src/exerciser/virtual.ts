import type { DeviceWitness } from '@coordinator/life';
import type { ProcessMarker } from '@coordinator/machine/process';
import type { GuestFunction } from '@coordinator/machine/vmm';
import type { ExerciserName } from '@coordinator/shared/plan';

/** A function that one guest has to itself. */
export interface VirtualDevice {
  readonly function: GuestFunction;
  /** Resolves, with a sentence, if the device is lost while the guest has it; absent where only the VMM's end loses it. */
  readonly lost?: Promise<string>;
  /** What it has counted since it was made; absent where it does not tell. */
  witness?(): Promise<DeviceWitness>;
  /** Makes the device go away under the guest; absent where that cannot be done. */
  break?(): Promise<void>;
  /** Never rejects; absent where nothing outlives the VMM. */
  remove?(): Promise<void>;
}

/** Makes the functions of guests on the platform "virtual". One implementation an exerciser. */
export interface VirtualDevices {
  /** @param guest names the device's files. */
  add(guest: string): Promise<VirtualDevice>;
  /** Never rejects. */
  close(): Promise<void>;
}

/** What `coordinator guests` shows for the device of a guest that is made for it. */
export const ownLabel = (exerciser: ExerciserName): string => `${exerciser} (own)`;

/** Where devices keep what they need, and what some of them need. */
export interface DevicePlace {
  /** Short, and ours alone. */
  readonly runtimeFolder: string;
  /** A defect for the device of a guest, by name; for the self-test alone. */
  readonly defectOf?: (guest: string) => string | null;
  /** The built entry of the device server. */
  readonly deviceServer: string;
  readonly marker: Omit<ProcessMarker, 'role'>;
}
