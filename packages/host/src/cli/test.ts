import { join, resolve } from 'node:path';
import type { Plan } from '@coordinator/shared/plan';
import { exitCodes, type Report, worstExitCode } from '@coordinator/shared/report';
import type { Command } from 'commander';
import { messageOf } from '../errors.ts';
import { requireBuiltFiles } from '../files.ts';
import { recoverDeadRuns } from '../recovery/index.ts';
import type { ReporterSet } from '../reporter/index.ts';
import { newRunId, RunStore } from '../store/index.ts';
import { applyConfigFile } from './config-file.ts';
import { interruptSignal, killProcessesOf } from './interrupt.ts';
import { choosePlatform } from './open-platform.ts';
import { addRunOptions, type TestOptions } from './options.ts';
import { loadPlan } from './plan-option.ts';
import { openReporters } from './reporters.ts';
import type { RunContext } from './run-context.ts';
import { prepareRunHere } from './run-here.ts';

export function addTestCommand(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command('test')
    .description('run a plan once in every guest, all at once, and report');
  addRunOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  coordinator test --guests 2
  coordinator test --guests 8 --plan page --reporter terminal --reporter junit=results.xml
  coordinator test --plan my-plan.yaml --reporter json=-
`,
    )
    .action(async (options: TestOptions & { config?: string }) => {
      if (options.config) applyConfigFile(command, options.config);
      setExitCode(await test(command.opts<TestOptions>()));
    });
}

async function test(options: TestOptions): Promise<number> {
  const plan = loadPlan(options.plan);
  const id = newRunId();
  const reporters = await openReporters(options, { runFolder: join(resolve(options.runs), id) });
  let runId: string | null = null;
  const interrupt = interruptSignal(() => runId);
  const onFatal = (error: unknown) => {
    killProcessesOf(runId);
    reporters.abandon();
    process.stderr.write(`coordinator: internal error: ${(error as Error)?.stack ?? String(error)}\n`);
    process.exit(exitCodes.unavailable);
  };
  process.on('uncaughtException', onFatal);
  try {
    requireBuiltFiles();
    const recovered = await recoverDeadRuns();
    const start = await prepareRun(options, plan, interrupt);
    const store = await RunStore.create(options.runs, id);
    runId = id;
    const failure = new AbortController();
    const log = store.openEventLog({ onFailure: (error) => failure.abort(error.message) });
    const report = await start({
      run: id,
      folder: store.folder,
      command: ['coordinator', ...process.argv.slice(2)],
      listeners: [log.append, reporters.onEvent],
      interrupt,
      failure: failure.signal,
      notices: recovered.map(({ summary }) => summary),
    }).finally(() => log.close());
    return await finish(store, report, reporters);
  } catch (error) {
    reporters.abandon();
    if (interrupt.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    process.off('uncaughtException', onFatal);
  }
}

async function prepareRun(
  options: TestOptions,
  plan: Plan,
  interrupt: AbortSignal,
): Promise<(context: RunContext) => Promise<Report>> {
  const kind = choosePlatform(options.platform);
  if (kind !== 'lab') return prepareRunHere(kind, options, plan, interrupt);
  // Loaded when it is asked for: a run on this machine starts the sooner.
  const { prepareLabRun } = await import('./test-lab.ts');
  return prepareLabRun(options, interrupt);
}

/** Keeps and shows the report. One that cannot be kept is still shown. */
async function finish(store: RunStore, report: Report, reporters: ReporterSet): Promise<number> {
  const unkept = await store.writeReport(report).then(
    () => null,
    (error: unknown) => error,
  );
  const failures = await reporters.end(report);
  if (unkept) process.stderr.write(`coordinator: ${messageOf(unkept)}\n`);
  // What was asked for and could not be written counts like a run that could not take place.
  const lost = unkept !== null || failures.some(({ outputLost }) => outputLost);
  return lost ? worstExitCode([report.exit_code, exitCodes.unavailable]) : report.exit_code;
}
