import { makeTest, sampleReport } from '@coordinator/shared/testing';
import { describe, expect, it } from 'vitest';
import { flakeRates, wilson } from './flakes.ts';
import { summarizeRun } from './summarize.ts';
import { runNames } from './testing/run-names.ts';
import { passedReport } from './testing/stored-runs.ts';

const [guest] = passedReport().guests;
/** A run of two guests, in the second of which a test has this outcome. */
function makeRun(run: string, outcome: 'pass' | 'fail' | 'skip', fields: object = {}) {
  const tests = [makeTest('steady'), makeTest('shaky', { outcome })];
  const other = { ...guest, tests: [makeTest('steady'), makeTest('shaky')] };
  const guests = [other, { ...other, tests, outcome: outcome === 'fail' ? 'fail' : 'pass', ...fields }];
  return summarizeRun(run, { ...sampleReport(), guests } as ReturnType<typeof sampleReport>);
}

describe('flake rates', () => {
  const names = runNames(5).toReversed();

  it('are of guests that ran the test, and count how often it changed', () => {
    const history = (['fail', 'pass', 'fail', 'skip', 'pass'] as const).map((outcome, index) =>
      makeRun(names[index] ?? '', outcome),
    );
    const { failing, runs, steady } = flakeRates(history);
    expect({ runs, steady }).toEqual({ runs: 5, steady: 2 });
    expect(failing).toMatchObject([
      { test: 'shaky', runs: 5, guests: 9, failed: 2, rate: 2 / 9, flips: 3, last_failed: names[0] },
    ]);
  });

  it('tell guests that did not live from tests that failed, and leave out what was done on purpose', () => {
    const history = [
      makeRun(names[0] ?? '', 'pass', { outcome: 'panic' }),
      makeRun(names[1] ?? '', 'fail', { fault: { kind: 'kill-guest', verdict: 'detected' } }),
    ];
    expect(flakeRates(history).failing).toMatchObject([{ test: 'guest', guests: 4, failed: 1 }]);
  });

  it('have intervals that are right for none and for all', () => {
    expect(wilson(0, 10)).toMatchObject({ low: 0, high: expect.closeTo(0.2775, 3) });
    expect(wilson(10, 10)).toMatchObject({ low: expect.closeTo(0.7225, 3), high: expect.closeTo(1, 9) });
    expect(wilson(5, 50)).toMatchObject({ low: expect.closeTo(0.0435, 3), high: expect.closeTo(0.2136, 3) });
  });
});
