import type { Bounds } from '@coordinator/shared/plan';

export function isWithin(value: number, { min, max }: Bounds): boolean {
  return value >= min && value <= max;
}

/** "10", "8 to 12" */
export function describeBounds({ min, max }: Bounds): string {
  return min === max ? String(max) : `${min} to ${max}`;
}
