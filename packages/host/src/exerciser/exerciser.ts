import type { ActionMatcher } from '@coordinator/shared/interrupts';
import type { ExerciserName } from '@coordinator/shared/plan';
import type { Bdf, PciFunction, PciSysfs } from '../pci/index.ts';

/** What of /proc/interrupts is a device's. */
export interface InterruptRows {
  /** Rows of the device, for the report. */
  readonly owns: ActionMatcher;
  /** Of those, the rows whose counts the tests account for. */
  readonly counts: ActionMatcher;
  /** What raises one interrupt at most: "transaction". */
  readonly cause: string;
  /** Whether the driver hands its work to the vectors one after another; else where work is submitted decides. */
  readonly inTurn: boolean;
  /** Whose rows they are, for people. */
  readonly of: string;
}

/** A function as this machine shows it, beyond what every PCI function has. What is not there is null. */
export interface FunctionDetails {
  /** Its device file while its own driver has it. */
  readonly node: string | null;
  readonly serial: string | null;
}

/**
 * A kind of device that moves data in guests when their agent tells it to; the agent's side of it is in the guest
 * package. What guests of the platform "virtual" are given in its place is in platform/virtual/.
 */
export interface Exerciser {
  readonly name: ExerciserName;
  /** One and many of them, for people. */
  readonly noun: string;
  readonly plural: string;
  /** How to tell one: "PCI function 13b5:ff80". */
  readonly identity: string;
  /** Its driver in the guest and on this machine. */
  readonly driver: string;
  matches(fn: PciFunction): boolean;
  details(pci: PciSysfs, bdf: Bdf): FunctionDetails;
  /** Whether tests destroy what the device holds, which the user must allow, and it was not made for that. */
  holdsData(details: FunctionDetails): boolean;
  interruptRows(guestBdf: Bdf): InterruptRows;
}
