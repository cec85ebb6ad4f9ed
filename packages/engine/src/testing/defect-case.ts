import type { InMemoryEngine } from './in-memory-engine.ts';

/** What shows that a defect does what it says: something seen of an engine, without it and with it. */
export interface DefectCase<T = unknown> {
  readonly see: (engine: InMemoryEngine) => T;
  readonly healthy: T;
  readonly broken: T;
}

export function defectCase<T>(see: (engine: InMemoryEngine) => T, healthy: T, broken: T): DefectCase<T> {
  return { see, healthy, broken };
}
