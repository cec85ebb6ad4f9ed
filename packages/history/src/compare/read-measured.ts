import { basename } from 'node:path';
import type { Report } from '@coordinator/shared/report';
import { isRunId, type RunLocation, readRun, readRunReport } from '@coordinator/store';
import { type MeasuredRun, measureRun } from './measured-run.ts';

export interface ReadMeasured {
  readonly measured: MeasuredRun;
  /** What of the run could not be read. */
  readonly damage: readonly string[];
}

/** Reads what a run is compared by. Of one that has a report its events are not read. @throws StoreError */
export async function readMeasured(location: RunLocation): Promise<ReadMeasured> {
  const { report, damage } = await readReport(location);
  const name = location.kind === 'folder' ? basename(location.folder) : '';
  return { measured: measureRun(report, isRunId(name) ? name : report.run), damage };
}

async function readReport(location: RunLocation): Promise<{ report: Report; damage: readonly string[] }> {
  if (location.kind !== 'folder') return readRun(location);
  return readRunReport(location.folder).then(
    (report) => ({ report, damage: [] }),
    () => readRun(location),
  );
}
