import { RecordingOutput } from '@coordinator/reporter/testing';
import type { TestOutcome } from '@coordinator/shared/message';
import type { Report } from '@coordinator/shared/report';
import { makeTest, sampleReport } from '@coordinator/shared/testing';
import { guestProblem } from '../../../packages/reporter/src/facts/guest.ts';
import { createReporter } from '../../../packages/reporter/src/formats/ktap.ts';
import { holds, Script, same, type Target, utf8 } from '../target.ts';

const outcomes: readonly TestOutcome[] = ['pass', 'fail', 'skip'];

/** A report of guests whose every text is chosen by them. */
function reportOf(script: Script): Report {
  const report = sampleReport();
  const guests = report.guests.map((guest) => ({
    ...guest,
    reason: script.byte() % 2 === 0 ? null : script.text(),
    tests: Array.from({ length: script.byte() % 4 }, () =>
      makeTest(script.text(), {
        outcome: outcomes[script.byte() % outcomes.length] ?? 'pass',
        message: script.byte() % 2 === 0 ? null : script.text(),
        output: script.byte() % 2 === 0 ? null : script.text(),
      }),
    ),
  }));
  return { ...report, reason: script.text(), guests };
}

function render(report: Report): string {
  const output = new RecordingOutput();
  const reporter = createReporter({
    ...{ output, color: false, interactive: false, replay: false },
    ...{ runFolder: null, environment: {} },
  });
  holds(!(reporter instanceof Promise), 'a reporter that is not there at once');
  void reporter.onEnd?.(report);
  return output.text;
}

const RESULT =
  /^(?<indent> {0,2})(?<verdict>ok|not ok) (?<number>\d+)(?<name> [^#]*)?(?: # (?<directive>.*))?$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;

/** Reads KTAP as its specification has it, and finds the report's verdicts and no others. */
function check(text: string, report: Report): void {
  holds(text.endsWith('\n') && !CONTROLS.test(text), 'control characters');
  const found: string[] = [];
  for (const line of text.slice(0, -1).split('\n')) {
    if (/^ {0,2}(KTAP version 1$|1\.\.\d+$|#)/.test(line)) continue;
    const { indent, verdict, number, directive } = RESULT.exec(line)?.groups ?? {};
    holds(verdict !== undefined, `a line that is no KTAP: ${JSON.stringify(line)}`);
    found.push(`${indent?.length} ${directive?.startsWith('SKIP') ? 'skip' : verdict} ${number}`);
  }
  const expected = report.guests
    .map((guest) => ({ ...guest, problem: guestProblem(guest) }))
    .flatMap(({ tests, outcome, problem }, index) => [
      ...tests.map((test, at) => `2 ${{ pass: 'ok', fail: 'not ok', skip: 'skip' }[test.outcome]} ${at + 1}`),
      `2 ${problem === null ? 'ok' : 'not ok'} ${tests.length + 1}`,
      `0 ${outcome === 'pass' ? 'ok' : 'not ok'} ${index + 1}`,
    ]);
  same(found, expected, 'verdicts');
}

/** What guests say of themselves, in the results that other programs read. */
export const ktap: Target = {
  name: 'ktap',
  maxBytes: 2048,
  words: [
    '\nok 1 x',
    'not ok 1',
    ' # SKIP',
    '#',
    'KTAP version 1',
    '1..3',
    '\u2028',
    '\x1b[2J',
    '\r',
    '\u202e',
  ],
  seeds: [
    Uint8Array.of(
      1,
      3,
      ...utf8('why'),
      1,
      4,
      ...utf8('a#b '),
      1,
      1,
      3,
      ...utf8('x\ny'),
      1,
      2,
      ...utf8('\x1b['),
    ),
    Uint8Array.of(0, 2, 2, ...utf8('a\n'), 2, 1, 6, ...utf8('\nok 9 '), 0, 1, ...utf8('b'), 0, 0, 0),
  ],
  run: (bytes) => {
    const report = reportOf(new Script(bytes));
    check(render(report), report);
  },
};
