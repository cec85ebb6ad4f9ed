import type { Bounds } from '@coordinator/shared/plan';

export function isWithin(value: number, { min, max }: Bounds): boolean {
  return value >= min && value <= max;
}

/** "10", "8 to 12", "at least 8" */
export function describeBounds({ min, max }: Bounds): string {
  if (max === Number.POSITIVE_INFINITY) return `at least ${min}`;
  return min === max ? String(max) : `${min} to ${max}`;
}
