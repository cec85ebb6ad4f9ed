import { type Comparison, compareRuns } from '@coordinator/history/compare';
import type { Report } from '@coordinator/shared/report';
import { locateRun, type RunLocation, readRun, readRunReport } from '@coordinator/store';

export interface ComparedRuns {
  readonly comparison: Comparison;
  /** What of the runs could not be read. */
  readonly damage: readonly string[];
}

/**
 * Compares two runs, each named as for `coordinator report`. Of a run that has a report its events are not read.
 * @throws StoreError
 */
export async function compareStored(runs: string, before: string, after: string): Promise<ComparedRuns> {
  const read = [];
  for (const name of [before, after]) read.push(await readReport(await locateRun(runs, name)));
  const [first, second] = read as [ReadReport, ReadReport];
  return {
    comparison: compareRuns(first.report, second.report),
    damage: [...first.damage, ...second.damage],
  };
}

interface ReadReport {
  readonly report: Report;
  readonly damage: readonly string[];
}

async function readReport(location: RunLocation): Promise<ReadReport> {
  if (location.kind !== 'folder') return readRun(location);
  return readRunReport(location.folder).then(
    (report) => ({ report, damage: [] }),
    () => readRun(location),
  );
}
