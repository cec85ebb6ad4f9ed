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

/** Names of runs, one an hour from the given one on. */
export function runNames(count: number, first = '2026-11-20T00:00:00Z'): string[] {
  return Array.from({ length: count }, (_, index) => {
    const [date = '', time = ''] = new Date(Date.parse(first) + index * 3_600_000)
      .toISOString()
      .split(/[T.]/);
    return `${date.replaceAll('-', '')}-${time.replaceAll(':', '')}-${index.toString(36).padStart(4, '0')}`;
  });
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
