import { describe, expect, it } from 'vitest';
import { renderWith } from '../testing/recording-output.ts';
import { sampleStressEvents, sampleStressReport } from '../testing/sample-stress.ts';
import type { ReporterName } from './formats.ts';
import { formats } from './formats.ts';

function render(name: ReporterName): Promise<string> {
  return formats[name].load().then((create) => renderWith(create, sampleStressEvents, sampleStressReport()));
}

describe('a stress run', () => {
  it('is in the report as its figures, its failures, and what was flaky, but not what a fault explains', async () => {
    const report = JSON.parse(await render('json'));
    expect(report).toMatchObject({
      rounds: 4,
      transactions: 20,
      guests_per_minute: 26.67,
      outcomes: { pass: 2, hang: 1 },
    });
    expect(report.guests.map(({ id }: { id: string }) => id)).toEqual([
      'guest-1/1',
      'guest-1/4',
      'guest-2/2',
    ]);
    expect(report.guests[1]).toMatchObject({ flaky: true, attempts: [{ outcome: 'panic', reason: 'Oops' }] });
  });

  it.each<[ReporterName, RegExp[]]>([
    [
      'terminal',
      [
        /guest-2\/2 hang: silent for 10 s\n {2}repeat: coordinator test --seed 22/,
        /guest-1\/4 flaky/,
        /^kill-guest +1 +1 +0$/m,
        /^round +3 +1\.0 s +2\.0 s/m,
        /^ *1\.0 s - 1\.4 s \|#{40} 2$/m,
        /4 rounds: 2 passed, 1 hung, 1 in error, 1 flaky/,
      ],
    ],
    [
      'junit',
      [
        /<flakyFailure message="Oops" type="panic"/,
        /name="rounds" classname="coordinator.stress"/,
        /<failure [^>]*type="rounds"/,
      ],
    ],
    ['tap', [/^1\.\.4$/m, /^not ok 4 - rounds$/m, /^# FLAKY passed at try 2, after panic: Oops$/m]],
    [
      'ktap',
      [
        /^1\.\.4$/m,
        /^not ok 4 rounds$/m,
        /^# FLAKY passed at try 2/m,
        /^# repeat: coordinator test --seed 22$/m,
      ],
    ],
    [
      'lava',
      [
        /TEST_CASE_ID=rounds RESULT=fail/,
        /TEST_CASE_ID=round_p99 RESULT=pass UNITS=ms MEASUREMENT=4000\.0/,
        /TEST_CASE_ID=flaky/,
      ],
    ],
    ['github', [/^::warning title=guest-1\/4 flaky::/m, /^::notice title=stress::4 rounds/m]],
    ['html', [/kill-guest/, /flaky: passed at try 2/, /coordinator test --seed 22/]],
  ])('is told by %s', async (name, patterns) => {
    const text = await render(name);
    for (const pattern of patterns) expect(text).toMatch(pattern);
    expect(text).not.toMatch(/guest-1\/3/);
  });
});
