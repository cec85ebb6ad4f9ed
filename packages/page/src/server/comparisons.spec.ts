import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeTest, sampleEvents, sampleReport } from '@coordinator/shared/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frameSchema } from '../protocol/index.ts';
import { Comparisons } from './comparisons.ts';
import { encodeFrame } from './encode.ts';

const [A, B] = ['20261122-184500-x7q2', '20261123-184500-x7q2'];
let runsDir: string;
let comparisons: Comparisons;
beforeEach(() => {
  runsDir = mkdtempSync(join(tmpdir(), 'runs-'));
  comparisons = new Comparisons(runsDir);
});
afterEach(() => rmSync(runsDir, { recursive: true }));

function keep(run: string, name: string, content: unknown): string {
  mkdirSync(join(runsDir, run), { recursive: true });
  const file = join(runsDir, run, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('comparisons for clients', () => {
  it('are of two stored runs, with or without a report', async () => {
    keep(A, 'report.json', { ...sampleReport(), run: A, platform: 'lab' });
    keep(B, 'events.jsonl', sampleEvents.map((event) => `${JSON.stringify(event)}\n`).join(''));
    const told = await comparisons.compare('20261122', 'latest');
    expect(frameSchema.parse(told)).toMatchObject({
      ...{ before: '20261122', after: 'latest', omitted: 0 },
      comparison: { runs: [{ run: A }, { run: B }], worse: false },
    });
    expect(told.comparison.settings).toContainEqual({ name: 'platform', before: 'lab', after: 'virtual' });
  });

  it('are of nothing outside of the store', async () => {
    const outside = join(runsDir, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'report.json'), JSON.stringify(sampleReport()));
    const store = join(runsDir, 'runs');
    mkdirSync(join(store, A), { recursive: true });
    writeFileSync(join(store, A, 'report.json'), JSON.stringify(sampleReport()));
    mkdirSync(join(store, B));
    symlinkSync(join(outside, 'report.json'), join(store, B, 'report.json'));
    const inside = new Comparisons(store);
    for (const name of ['../outside', outside, join(outside, 'report.json'), '.', B])
      await expect(inside.compare(A, name), name).rejects.toThrow();
  });

  it('are not made of more than a server has room for, and no harm comes of those that fail', async () => {
    keep(A, 'report.json', { ...sampleReport(), run: A });
    truncateSync(keep(B, 'report.json', '{}'), 33 * 2 ** 20);
    await expect(comparisons.compare(A, B)).rejects.toThrow('too much to be compared here');
    const asked = Array.from({ length: 17 }, () => comparisons.compare(A, A));
    await expect(asked.at(-1)).rejects.toThrow('too many');
    for (const { conclusion } of await Promise.all(asked.slice(0, 16)))
      expect(conclusion).toMatch(/^the same outcomes;/);
  });

  it('fit into a message, whatever guests call their tests', async () => {
    const [guest] = sampleReport().guests;
    const tests = (half: 0 | 1) =>
      Array.from({ length: 1200 }, (_, n) =>
        makeTest(`${n}${'\u{1f4a5}<b>'.repeat(60)}`, { outcome: n % 2 === half ? 'pass' : 'fail' }),
      );
    const guests = [0, 1].map((half) => ({ ...guest, outcome: 'pass', tests: tests(half as 0 | 1) }));
    keep(A, 'report.json', { ...sampleReport(), run: A, guests });
    keep(B, 'report.json', { ...sampleReport(), run: B, guests: [{ ...guest, tests: tests(1) }] });
    const told = await comparisons.compare(A, B);
    expect(told.omitted).toBeGreaterThan(100);
    expect(told.comparison.times).toHaveLength(400);
    expect(Math.max(...told.comparison.times.map(({ name }) => name.length))).toBe(300);
    expect(encodeFrame(told).length).toBeLessThan(2 ** 20);
  });
});
