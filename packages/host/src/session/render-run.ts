import type { ReporterFailure, ReporterSet } from '@coordinator/reporter';
import type { Report } from '@coordinator/shared/report';
import { type RunLocation, readRun } from '@coordinator/store';

export interface RenderedRun {
  readonly report: Report;
  /** What of the run could not be read. */
  readonly damage: readonly string[];
  readonly failures: readonly ReporterFailure[];
}

/**
 * Plays a finished run to reporters as if it happened now. @param edit adds to what is told at its end. @throws StoreError; the reporters were abandoned then.
 */
export async function renderRun(
  location: RunLocation,
  reporters: ReporterSet,
  edit: (report: Report) => Promise<Report> = async (report) => report,
): Promise<RenderedRun> {
  try {
    const { report: stored, damage } = await readRun(location, reporters.onEvent);
    const report = await edit(stored);
    return { report, damage, failures: await reporters.end(report) };
  } catch (error) {
    reporters.abandon();
    throw error;
  }
}
