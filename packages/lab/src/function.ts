import type { FunctionPlace, GuestFunction } from '@coordinator/machine/vmm';

/** A PCI function of the lab's Arm host. */
export interface LabFunction {
  readonly device: GuestFunction;
  /** Behind which root port, `rp1` to `rp8`, and where there; the first function if that is not said. */
  readonly place: FunctionPlace & { readonly bus: string };
  /** Names its disk, if it has one. */
  readonly disk?: string;
  /** The driver of the host's kernel that probes it first of all; none waits for one if absent. */
  readonly hostDriver?: string;
}

/**
 * The functions of each slot that are plugged in together, slot by slot as Linux finds them in a machine that boots; the one
 * that has the slot's others appear comes last.
 */
export function bySlot(functions: readonly LabFunction[]): LabFunction[][] {
  const buses = [...new Set(functions.map(({ place }) => place.bus))].sort();
  return buses.map((bus) =>
    functions
      .filter(({ place }) => place.bus === bus)
      .sort(({ place: { addr: a = '' } }, { place: { addr: b = '' } }) => (a > b ? -1 : 1)),
  );
}
