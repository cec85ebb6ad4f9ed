import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { keep, readRecorded, type Studio } from './studio.ts';

/** The HTML report of a run of four guests. */
export async function takeReport(studio: Studio): Promise<void> {
  const events = join(studio.scratch, 'events.jsonl');
  const report = join(studio.scratch, 'run.html');
  writeFileSync(events, readRecorded('test.events.jsonl'));
  const coordinator = join(process.cwd(), 'packages/host/bin/coordinator.js');
  execFileSync(process.execPath, [coordinator, 'report', events, '--reporter', `html=${report}`], {
    stdio: 'ignore',
  });
  const viewport = { width: 1100, height: 1250 };
  const page = await studio.browser.open(pathToFileURL(report).href, { viewport });
  await keep(page, studio, 'report');
}
