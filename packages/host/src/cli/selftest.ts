import { usageError } from '@coordinator/base/errors';
import { cleanLine } from '@coordinator/reporter';
import type { SelfTestCase, SelfTestResult } from '@coordinator/selftest';
import { exitCodes } from '@coordinator/shared/report/exit-code';
import { formatDuration } from '@coordinator/shared/units';
import type { FileOptions } from '../session/prepare-files.ts';
import type { DefineCommand } from './command.ts';
import { addSetUpOptions, option, runsOption } from './options.ts';
import { print, printJson, tell } from './print.ts';
import { renderTable } from './table.ts';
import { repeated, wholeNumber } from './values.ts';

interface SelfTestCommandOptions extends FileOptions {
  readonly color: boolean;
  readonly runs: string;
  readonly jobs?: number;
  readonly only?: readonly string[];
  readonly short: boolean;
  readonly list: boolean;
  readonly json: boolean;
}

const COLUMNS = 110;

export const defineSelfTest: DefineCommand = (command, setExitCode) => {
  addSetUpOptions(command)
    .addOption(
      option(
        '--only <pattern>',
        'cases of this name; "*" at its end stands for anything; repeatable',
      ).argParser(repeated),
    )
    .option('--short', 'run only the tests that should notice, not the whole plan', false)
    .option('--list', 'only list the cases', false)
    .option('--json', 'print the results as JSON', false)
    .addOption(
      option('-j, --jobs <n>', 'guests at once (default: two for each core, as memory allows)').argParser(
        wholeNumber(1, 64),
      ),
    )
    .addOption(runsOption())
    .option('--no-color', 'plain output')
    .addHelpText(
      'after',
      `
Devices, drivers, tools and agents that are broken on purpose, one defect a guest, are held to the built-in plans. The
table says which test noticed what. Exit code 1 if a defect gets through, is noticed by another test than it should be,
or a guest in which nothing is broken does not pass.
`,
    )
    .action(async (options: SelfTestCommandOptions) => setExitCode(await selfTest(options)));
};

async function selfTest(options: SelfTestCommandOptions): Promise<number> {
  const { casesNamed } = await import('@coordinator/selftest');
  const { runSelfTest } = await import('../session/self-test.ts');
  const chosen = casesNamed(options.only ?? []);
  if (chosen.length === 0)
    throw usageError('no case has such a name', 'coordinator selftest --list has them all');
  if (options.list) {
    print(renderTable(['GROUP', 'CASE', 'WHAT IT DOES', 'NOTICED BY'], chosen.map(listed)));
    return exitCodes.passed;
  }
  const { runCommand } = await import('./run-command.ts');
  const started = performance.now();
  return runCommand(
    options,
    (caller) =>
      runSelfTest({ ...options, cases: chosen }, caller, {
        onVerdict: (result, done) => tellOf(result, done, chosen.length),
        onResults: (results) => show(results, chosen, options.json, performance.now() - started),
      }),
    { silent: true },
  );
}

function listed({ group, name, does, caughtBy }: SelfTestCase): string[] {
  return [group, name, does, caughtBy.length === 0 ? 'nothing: it passes' : caughtBy.join(', ')];
}

function tellOf(
  { case: { name }, verdict: { verdict, by } }: SelfTestResult,
  done: number,
  of: number,
): void {
  const who = by.length === 0 ? '' : ` by ${by[0]}`;
  tell(`[${String(done).padStart(3)}/${of}] ${verdict.padEnd(9)} ${name}${who}\n`);
}

function show(
  results: readonly SelfTestResult[],
  chosen: readonly SelfTestCase[],
  json: boolean,
  elapsedMs: number,
): void {
  const inOrder = chosen.flatMap((one) => results.filter((result) => result.case === one));
  if (json) {
    const rows = inOrder.map(({ case: { name, group, does, caughtBy }, verdict, duration_ms }) => ({
      ...{ name, group, does, caught_by: caughtBy, ...verdict, duration_ms: Math.round(duration_ms) },
    }));
    printJson({ version: 1, cases: rows });
    return;
  }
  print(renderSelfTest(inOrder));
  const bad = inOrder.filter(({ verdict }) => verdict.verdict !== 'caught').length;
  const defects = chosen.filter(({ caughtBy }) => caughtBy.length > 0).length;
  const summary = `${chosen.length} cases, ${defects} of them defects that must be noticed: ${bad === 0 ? 'all went as they should' : `${bad} did not go as they should`}`;
  print(`\n${bad === 0 ? 'pass' : 'fail'}  ${summary}  ${formatDuration(elapsedMs)}\n`);
}

function renderSelfTest(results: readonly SelfTestResult[]): string {
  const rows = results.map(({ case: { name, group, does, caughtBy }, verdict: { verdict, by, message } }) => {
    const said = caughtBy.length === 0 && verdict === 'caught' ? 'passes' : verdict.toUpperCase();
    const shown = verdict === 'caught' ? said.toLowerCase() : said;
    return [group, name, shown, by.slice(0, 2).join(', ') || '-', `${does} → ${cleanLine(message, COLUMNS)}`];
  });
  return renderTable(['GROUP', 'CASE', 'VERDICT', 'BY', 'WHAT IT DOES → WHAT WAS SAID'], rows);
}
