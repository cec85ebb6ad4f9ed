import { type Comparison, compareMeasured, readMeasured } from '@coordinator/history/compare';
import { locateRun } from '@coordinator/store';

export interface ComparedRuns {
  readonly comparison: Comparison;
  /** What of the runs could not be read. */
  readonly damage: readonly string[];
}

/** Compares two runs, each named as for `coordinator report`. @throws StoreError */
export async function compareStored(runs: string, before: string, after: string): Promise<ComparedRuns> {
  // One after the other: a report takes much more memory than what it is compared by.
  const first = await readMeasured(await locateRun(runs, before));
  const second = await readMeasured(await locateRun(runs, after));
  return {
    comparison: compareMeasured(first.measured, second.measured),
    damage: [...first.damage, ...second.damage],
  };
}
