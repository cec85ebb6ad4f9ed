import type { Teardown } from '@coordinator/machine/lifetime';
import type { ProcessMarker } from '@coordinator/machine/process';
import type { QemuDevice } from '@coordinator/shared/exerciser';
import type { LabFunction } from '../function.ts';
import type { Iommu } from '../iommu.ts';

/** What an exerciser's functions may need around them while there is a lab. */
export interface LabPlace {
  /** The lab's folder. */
  readonly path: string;
  /** The built entry of the device server. */
  readonly deviceServer: string;
  readonly marker: Omit<ProcessMarker, 'role'>;
  readonly teardown: Teardown;
  /** Devices of QEMU's that it is asked for besides. */
  readonly devices: readonly QemuDevice[];
  /** Ends the lab, with a sentence that says why. */
  end(reason: string): void;
}

/** The functions of one exerciser that the lab's Arm host has. */
export interface LabExerciser {
  /** For people: "four test engines"; null where the lab has only what it is asked for. */
  readonly description: string | null;
  /** What the lab must have between them and its memory. */
  readonly iommu: Iommu;
  /** What `config_acs=` says of them (see machine.ts); null where a function has a bus for itself. */
  readonly acs: string | null;
  /** Starts what serves them. */
  start(place: LabPlace): Promise<LabFunction[]>;
}
