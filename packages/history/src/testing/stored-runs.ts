import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '@coordinator/shared/report';
import { sampleReport } from '@coordinator/shared/testing';
import { onTestFinished } from 'vitest';

/** A folder for runs, gone at the end of the test. */
export async function makeRunsFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'coordinator-history-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A run with a report. */
export async function storeRun(runs: string, run: string, fields: Partial<Report> = {}): Promise<void> {
  await mkdir(join(runs, run), { recursive: true });
  await writeFile(join(runs, run, 'report.json'), JSON.stringify({ ...passedReport(), run, ...fields }));
}

/** A run of one guest, which passed. */
export function passedReport(): Report {
  const report = sampleReport();
  return { ...report, outcome: 'pass', exit_code: 0, guests: report.guests.slice(0, 1) };
}
