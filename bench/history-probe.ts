import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTest, sampleReport } from '@coordinator/shared/testing';
import { runNames } from '../packages/history/src/testing/run-names.ts';
const runs = process.argv[2] ?? '';
const report = sampleReport();
const [guest] = report.guests;
const latency: [number, number][] = Array.from({length: 30}, (_, i) => [300 + 13 * i, 3]);
const tests = Array.from({ length: 14 }, (_, n) => makeTest(`memcpy/0x1000/depth-${n}`, { latency_us: latency, transactions: 90 }));
for (const [n, run] of runNames(2000).entries()) {
  mkdirSync(join(runs, run), { recursive: true });
  const guests = [1, 2].map((id) => ({ ...guest, id: `guest-${id}`, tests }));
  writeFileSync(join(runs, run, 'report.json'), JSON.stringify({ ...report, run, guests, outcome: n % 20 ? 'pass' : 'fail' }, null, 2));
}
