import type { Bounds, DeviceWork } from '@coordinator/shared/plan';
import type { DeviceWitness } from '../../platform/platform.ts';
import { describeBounds, isWithin } from './bounds.ts';

export const noWork: DeviceWork = { launches: { min: 0, max: 0 }, bytes: { min: 0, max: 0 } };

/** Null when either is not known. */
export function addWork(a: DeviceWork | null, b: DeviceWork | null): DeviceWork | null {
  return a && b && { launches: add(a.launches, b.launches), bytes: add(a.bytes, b.bytes) };
}

/** What the device counted that the reports do not account for; null when they do. */
export function compareWithDevice(witness: DeviceWitness, { launches, bytes }: DeviceWork): string | null {
  if (!isWithin(witness.launches, launches))
    return `the device was given ${witness.launches} commands, where the reports speak of ${describeBounds(launches)}`;
  if (!isWithin(witness.bytes, bytes))
    return `the device has worked on ${witness.bytes} bytes, where the reports speak of ${describeBounds(bytes)}`;
  return null;
}

function add(a: Bounds, b: Bounds): Bounds {
  return { min: a.min + b.min, max: a.max + b.max };
}
