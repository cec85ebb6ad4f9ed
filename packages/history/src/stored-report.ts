import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '@coordinator/base/errors';
import { REPORT_FILE } from '@coordinator/store/runs';
import { bareEntry } from './entry.ts';
import { type IndexLine, makeLine } from './index-file/index.ts';
import { summarizeRun } from './summarize.ts';

const MAX_REASON = 300;

/** What a file is known by that is replaced as a whole, or only added to; null where there is none. */
export function markOf(path: string): string | null {
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    return stat?.isFile() ? `${stat.size}-${stat.mtimeMs}` : null;
  } catch {
    return null;
  }
}

export function markOfReport(runs: string, run: string): string | null {
  return markOf(`${runs}/${run}/${REPORT_FILE}`);
}

/** The line of a run that has a report. */
export async function summarizeStored(runs: string, run: string, mark: string): Promise<IndexLine> {
  const { readRunReport } = await import('@coordinator/store');
  try {
    return makeLine(mark, summarizeRun(run, await readRunReport(join(runs, run))));
  } catch (error) {
    const entry = bareEntry(run, 'damaged', messageOf(error).slice(0, MAX_REASON));
    return makeLine(mark, { entry, tests: [] });
  }
}
