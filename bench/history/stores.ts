import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReportBuilder } from '@coordinator/shared/event';
import { makeTest, sampleReport } from '@coordinator/shared/testing';
import { runNames } from '../../packages/history/src/testing/run-names.ts';
import { stressEvents } from '../../packages/page/src/testing/stress-events.ts';

/** Runs of two guests and 14 tests each, 70 KB a report, as the default plan has them. */
export function storeRuns(runs: string, count: number): void {
  const report = sampleReport();
  const latency = Array.from({ length: 30 }, (_, n): [number, number] => [300 + 13 * n, 3]);
  const tests = Array.from({ length: 14 }, (_, n) =>
    makeTest(`memcpy/0x1000/depth-${n}`, { latency_us: latency, transactions: 90 }),
  );
  const guests = ['guest-1', 'guest-2'].map((id) => ({ ...report.guests[0], id, tests }));
  for (const [index, run] of runNames(count).entries()) {
    mkdirSync(join(runs, run), { recursive: true });
    const outcome = index % 20 === 0 ? 'fail' : 'pass';
    const text = JSON.stringify({ ...report, run, guests, outcome }, null, 2);
    writeFileSync(join(runs, run, 'report.json'), text);
  }
}

/** A stress run with all of its events, and with its report if that is wanted. */
export function storeStress(runs: string, run: string, rounds: number, withReport: boolean): void {
  const builder = new ReportBuilder();
  const lines: string[] = [];
  for (const event of stressEvents({ rounds, failing: (round) => round % 50 === 0 })) {
    builder.apply(event);
    builder.takeForgotten();
    lines.push(`${JSON.stringify(event)}\n`);
  }
  mkdirSync(join(runs, run), { recursive: true });
  writeFileSync(join(runs, run, 'events.jsonl'), lines.join(''));
  if (withReport) writeFileSync(join(runs, run, 'report.json'), JSON.stringify({ ...builder.report(), run }));
}
