import { availableParallelism, freemem } from 'node:os';
import { usageError } from '@coordinator/machine/errors';
import { exitCodes } from '@coordinator/shared/report';
import { formatDuration } from '@coordinator/shared/units';
import type { Command } from 'commander';
import { files } from '../files.ts';
import { VirtualPlatform } from '../platform/virtual.ts';
import { cleanLine } from '../reporter/index.ts';
import { KERNEL_ARGUMENTS, makeLimits } from '../run/index.ts';
import type { SelfTestCase, SelfTestResult } from '../selftest/index.ts';
import { type PrepareOptions, prepareFiles } from '../session/prepare-files.ts';
import { runSession } from '../session/session.ts';
import { version } from '../version.ts';
import { addSetUpOptions, option, runsOption } from './options.ts';
import { renderTable } from './table.ts';
import { repeated, wholeNumber } from './values.ts';

interface SelfTestCommandOptions extends PrepareOptions {
  readonly runs: string;
  readonly jobs?: number;
  readonly only?: readonly string[];
  readonly short: boolean;
  readonly list: boolean;
  readonly json: boolean;
}

/** One processor is enough to notice, and boots in less time. */
const CPUS = 1;
const MEMORY_MIB = 192;
/** Guests wait for each other's device servers now and then: a few more than there are cores keep all of them busy. */
const JOBS_OF_A_CORE = 2;
const TOTAL_MS = 300_000;
const COLUMNS = 110;

export function addSelfTestCommand(program: Command, setExitCode: (code: number) => void): void {
  addSetUpOptions(
    program
      .command('selftest')
      .description('test the tests: each of many defects, in a guest of its own, must be noticed'),
  )
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
    .action(async (options: SelfTestCommandOptions) => setExitCode(await runSelfTest(options)));
}

async function runSelfTest(options: SelfTestCommandOptions): Promise<number> {
  const { casesNamed, changesOf, selfTest } = await import('../selftest/index.ts');
  const chosen = casesNamed(options.only ?? []);
  if (chosen.length === 0)
    throw usageError('no case has such a name', 'coordinator selftest --list has them all');
  if (options.list) {
    process.stdout.write(renderTable(['GROUP', 'CASE', 'WHAT IT DOES', 'NOTICED BY'], chosen.map(listed)));
    return exitCodes.passed;
  }
  const jobs = options.jobs ?? Math.min(JOBS_OF_A_CORE * availableParallelism(), roomFor());
  const defects = new Map(
    chosen.flatMap(({ name, broken }) => (broken.part === 'device' ? [[name, broken.defect] as const] : [])),
  );
  const started = performance.now();
  return runSession(
    { ...options, reporter: [] },
    async (_, interrupt) => {
      const { kernel, initrd, kit, qemu, changedDrivers } = await prepareFiles(
        { ...options, changedDrivers: changesOf(chosen) },
        interrupt,
      );
      return async (context) => {
        const { run, owner, runtimeFolder } = context;
        const platform = await VirtualPlatform.start({
          ...{ runtimeFolder, marker: { run, owner }, qemu, deviceServer: files.deviceServer },
          defectOf: (guest) => defects.get(guest) ?? null,
          accelerator: 'tcg',
        });
        try {
          const { report, results } = await selfTest({
            ...context,
            ...{ cases: chosen, jobs, short: options.short, drivers: changedDrivers ?? '' },
            ...{ kernel, initrd, kit, platform, kernelArguments: KERNEL_ARGUMENTS },
            ...{ cpus: CPUS, memoryMiB: MEMORY_MIB, keep: false, channel: 'file', start: 'cold' },
            coordinatorVersion: version,
            limits: makeLimits({
              guestCpus: jobs * CPUS,
              hostCpus: availableParallelism(),
              totalMs: TOTAL_MS,
            }),
            onVerdict: (result, done) => tell(result, done, chosen.length),
          });
          if (!interrupt.aborted) show(results, chosen, options.json, performance.now() - started);
          return report;
        } finally {
          await platform.close();
        }
      };
    },
    { silent: true },
  );
}

/** Guests that the memory that is free has room for, with what QEMU itself takes. */
function roomFor(): number {
  return Math.max(1, Math.floor(freemem() / 2 ** 20 / (2 * MEMORY_MIB)));
}

function listed({ group, name, does, caughtBy }: SelfTestCase): string[] {
  return [group, name, does, caughtBy.length === 0 ? 'nothing: it passes' : caughtBy.join(', ')];
}

function tell({ case: { name }, verdict: { verdict, by } }: SelfTestResult, done: number, of: number): void {
  const who = by.length === 0 ? '' : ` by ${by[0]}`;
  process.stderr.write(`[${String(done).padStart(3)}/${of}] ${verdict.padEnd(9)} ${name}${who}\n`);
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
    process.stdout.write(`${JSON.stringify({ version: 1, cases: rows }, null, 2)}\n`);
    return;
  }
  process.stdout.write(renderSelfTest(inOrder));
  const bad = inOrder.filter(({ verdict }) => verdict.verdict !== 'caught').length;
  const defects = chosen.filter(({ caughtBy }) => caughtBy.length > 0).length;
  const summary = `${chosen.length} cases, ${defects} of them defects that must be noticed: ${bad === 0 ? 'all went as they should' : `${bad} did not go as they should`}`;
  process.stdout.write(`\n${bad === 0 ? 'pass' : 'fail'}  ${summary}  ${formatDuration(elapsedMs)}\n`);
}

function renderSelfTest(results: readonly SelfTestResult[]): string {
  const rows = results.map(({ case: { name, group, does, caughtBy }, verdict: { verdict, by, message } }) => {
    const said = caughtBy.length === 0 && verdict === 'caught' ? 'passes' : verdict.toUpperCase();
    const shown = verdict === 'caught' ? said.toLowerCase() : said;
    return [group, name, shown, by.slice(0, 2).join(', ') || '-', `${does} → ${cleanLine(message, COLUMNS)}`];
  });
  return renderTable(['GROUP', 'CASE', 'VERDICT', 'BY', 'WHAT IT DOES → WHAT WAS SAID'], rows);
}
