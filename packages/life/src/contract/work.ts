import type { Bounds, DeviceWork } from '@coordinator/shared/plan';
import { describeBounds, isWithin } from './bounds.ts';

/** What a device counted by itself while a guest had it. */
export interface DeviceWitness {
  /** Commands it was given, those it refused included. */
  readonly launches: number;
  /** Bytes that commands which ended well worked on. */
  readonly bytes: number;
  /** Interrupts it raised. */
  readonly interrupts: number;
}

const nothing = { min: 0, max: 0 };
export const noWork: DeviceWork = { launches: nothing, bytes: nothing, interrupts: nothing };

/** Null when either is not known. */
export function addWork(a: DeviceWork | null, b: DeviceWork | null): DeviceWork | null {
  if (!a || !b) return null;
  return {
    launches: add(a.launches, b.launches),
    bytes: add(a.bytes, b.bytes),
    interrupts: add(a.interrupts, b.interrupts),
  };
}

/** What the device counted that the reports do not account for; null when they do. */
export function compareWithDevice(
  witness: DeviceWitness,
  { launches, bytes, interrupts }: DeviceWork,
): string | null {
  if (!isWithin(witness.launches, launches))
    return `the device was given ${witness.launches} commands, where the reports speak of ${describeBounds(launches)}`;
  if (!isWithin(witness.bytes, bytes))
    return `the device has worked on ${witness.bytes} bytes, where the reports speak of ${describeBounds(bytes)}`;
  if (!isWithin(witness.interrupts, interrupts))
    return `the device has raised ${witness.interrupts} interrupts, where the reports speak of transactions for ${describeBounds(interrupts)}`;
  return null;
}

function add(a: Bounds, b: Bounds): Bounds {
  return { min: a.min + b.min, max: a.max + b.max };
}
