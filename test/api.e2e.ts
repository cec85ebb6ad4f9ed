import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoordinatorError, test as runPlan, stress } from 'coordinator';
import { afterAll, expect, it } from 'vitest';

const runs = mkdtempSync(join(tmpdir(), 'api-'));
afterAll(() => rmSync(runs, { recursive: true }));

it('runs a plan, tells its events, and writes the reports that were asked for', async () => {
  const events: string[] = [];
  const json = join(runs, 'report.json');
  const { exitCode, folder, report } = await runPlan(
    { plan: 'test/plans/short.yaml', runs, reporter: [`json=${json}`] },
    { onEvent: ({ type }) => events.push(type) },
  );
  expect(exitCode).toBe(0);
  expect(report.guests.map(({ outcome }) => outcome)).toEqual(['pass']);
  expect([events[0], events.at(-1)]).toEqual(['run-started', 'run-ended']);
  expect(JSON.parse(readFileSync(json, 'utf8'))).toEqual(JSON.parse(JSON.stringify(report)));
  expect(folder.startsWith(runs)).toBe(true);
});

it('says what is wrong with a request', async () => {
  const error = await stress({ runs }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CoordinatorError);
  expect(error).toMatchObject({ exitCode: 2, message: 'a stress run needs an end' });
});
