import type { ProcessMarker } from '@coordinator/machine/process';
import type { GuestMachine, Vmm } from '@coordinator/machine/vmm';
import type { Bdf } from '@coordinator/pci';
import type { VmmName } from '@coordinator/shared/vmm';

/** Where a guest of this machine has its function and its sockets, and how its process is marked. */
export interface GuestPlace {
  readonly bdf: Bdf;
  readonly runtimeFolder: string;
  readonly marker: ProcessMarker;
}

/** What runs guests on an Arm host. */
export interface HostVmm {
  readonly name: VmmName;
  readonly version: string | null;
  /** Boots a guest with a function of this machine, or restores it. @throws CoordinatorError */
  start(machine: GuestMachine, place: GuestPlace): Promise<Vmm>;
  /** Removes what was made for a guest that has ended. */
  removeFilesOf(guest: string): Promise<void>;
}
