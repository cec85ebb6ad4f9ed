import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coordinator, type Ended, RunsFolder } from './support/coordinator.ts';
import { leftovers } from './support/processes.ts';

interface Row {
  readonly name: string;
  readonly group: string;
  readonly caught_by: readonly string[];
  readonly verdict: string;
  readonly message: string;
}

let runs: RunsFolder;
let ended: Ended;
let rows: readonly Row[] = [];

const names = async () =>
  (await coordinator('selftest', '--list')).stdout
    .split('\n')
    .slice(1)
    .flatMap((line) => line.split(/\s+/)[1] ?? []);

/** Collected before the tests are: each defect is a case of its own. */
const cases = await names();

beforeAll(async () => {
  runs = new RunsFolder();
  ended = await coordinator('selftest', '--short', '--json', '--runs', runs.path);
  rows = JSON.parse(ended.stdout || '{"cases":[]}').cases;
}, 1_800_000);
afterAll(() => {
  runs.remove();
  expect(leftovers()).toEqual([]);
});

describe('coordinator selftest', () => {
  it('has all groups, forty defects at least, and ends with 0', () => {
    const defects = rows.filter(({ caught_by }) => caught_by.length > 0);
    expect(defects.length).toBeGreaterThanOrEqual(40);
    expect([...new Set(rows.map(({ group }) => group))].sort()).toEqual(
      ['data', 'interrupts', 'isolation', 'reporting', 'status'].sort(),
    );
    expect(ended.code, ended.stderr).toBe(0);
  });

  it.each(cases)('%s goes as it should', (name) => {
    const row = rows.find((one) => one.name === name);
    expect(row, ended.stderr).toMatchObject({ verdict: 'caught' });
  });
});
