import type { VmmKind } from '@coordinator/machine/vmm';
import type { Bdf, PciFunction, PciSysfs } from '@coordinator/pci';
import type { ExerciserName, ExerciserStep, Plan, PlanDevice } from '@coordinator/shared/plan';
import type { DevicePlace, VirtualDevices } from './virtual.ts';

/** A function as this machine shows it, beyond what every PCI function has. What is not there is null. */
export interface FunctionDetails {
  /** Its device file while its own driver has it. */
  readonly node: string | null;
  readonly serial: string | null;
}

/** What a plan is to be done with. */
export interface Equipment {
  readonly vmm: VmmKind;
  /** The folder of the guest kit. */
  readonly kit: string;
}

export interface Obstacles {
  /** Why a step of the exerciser's cannot be done, in one sentence; null when it can. */
  to(step: ExerciserStep): string | null;
}

/**
 * A kind of device that moves data in guests when their agent tells it to; the agent's side of it is in the guest
 * package.
 */
export interface Exerciser {
  readonly name: ExerciserName;
  /** One and many of them, for people; and one as a sentence would begin or go on with it: "an NVMe function". */
  readonly noun: string;
  readonly plural: string;
  readonly phrase: string;
  /** How to tell one: "PCI function 13b5:ff80". */
  readonly identity: string;
  /** Whose data tests destroy, which the user must allow: that of any function of it, or of those that store some. */
  readonly losesData: 'all' | 'storage' | 'none';
  /** The option by which `coordinator devices` shows its functions; absent where it is --exerciser with the name. */
  readonly shownBy?: string;
  matches(fn: PciFunction): boolean;
  details(pci: PciSysfs, bdf: Bdf): FunctionDetails;
  /** Whether this one holds data, and was not made for being tested. @param pciClass as sysfs has it: "0x010802" */
  holdsData(details: FunctionDetails, pciClass: string): boolean;
  /** What guests of the platform "virtual" are given. @throws CoordinatorError */
  virtual(place: DevicePlace): Promise<VirtualDevices>;
  /** Whether a step comes to the same however large it is and wherever it begins, so that both may be varied. */
  isSizeFree(step: ExerciserStep): boolean;
  /** This exerciser with the function that a plan names alone; absent where all plans mean the same. */
  meantBy?(device: PlanDevice): Exerciser;
  /**
   * What keeps steps from being done here; absent where nothing can.
   * @throws CoordinatorError (usage) when the plan as a whole cannot be done.
   */
  findObstacles?(plan: Plan, equipment: Equipment): Promise<Obstacles>;
}
