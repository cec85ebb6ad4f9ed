import { join, resolve } from 'node:path';
import { messageOf } from '@coordinator/machine/errors';
import { Teardown } from '@coordinator/machine/lifetime';
import { ownIdentity } from '@coordinator/machine/process';
import { createRuntimeFolder, removeRuntimeFolder } from '@coordinator/machine/runtime';
import type { Plan } from '@coordinator/shared/plan';
import { exitCodes, type Report, worstExitCode } from '@coordinator/shared/report';
import { interruptSignal, killProcessesOf } from '../cli/interrupt.ts';
import type { TestOptions } from '../cli/options.ts';
import { openReporters } from '../cli/reporters.ts';
import { requireBuiltFiles } from '../files.ts';
import { recoverDeadRuns } from '../recovery/index.ts';
import { ReporterSet } from '../reporter/index.ts';
import { type EventLog, newRunId, RunStore } from '../store/index.ts';
import { loadPlan } from './load-plan.ts';
import { withoutPassword } from './login.ts';
import type { RunContext } from './run-context.ts';

/** Makes what guests need, before there is a run. @returns what then runs it, with the log for its events. */
export type PrepareRun = (
  plan: Plan,
  interrupt: AbortSignal,
) => Promise<(context: RunContext, log: EventLog) => Promise<Report>>;

type SessionOptions = Pick<TestOptions, 'plan' | 'exerciser' | 'reporter' | 'runs' | 'color'>;

/**
 * Everything around a run, from the plan to the report: what `test`, `stress` and `selftest` have in common.
 * @param silent no reporter shows the run: who calls it does
 * @returns the exit code
 */
export async function runSession(
  options: SessionOptions,
  prepare: PrepareRun,
  { plan = loadPlan(options), silent = false }: { readonly plan?: Plan; readonly silent?: boolean } = {},
): Promise<number> {
  const id = newRunId();
  const reporters = silent
    ? new ReporterSet([], () => {})
    : await openReporters(options, { runFolder: join(resolve(options.runs), id) });
  let runId: string | null = null;
  const interrupt = interruptSignal(() => runId);
  const onFatal = (error: unknown) => {
    killProcessesOf(runId);
    reporters.abandon();
    process.stderr.write(`coordinator: internal error: ${(error as Error)?.stack ?? String(error)}\n`);
    process.exit(exitCodes.unavailable);
  };
  process.on('uncaughtException', onFatal);
  const teardown = new Teardown();
  try {
    requireBuiltFiles();
    const recovered = await recoverDeadRuns();
    const start = await prepare(plan, interrupt);
    const store = await RunStore.create(options.runs, id);
    runId = id;
    // Wherever its guests are: the command that finds this run dead completes its report.
    const owner = ownIdentity();
    const runtimeFolder = createRuntimeFolder({ run: id, owner, folder: store.folder });
    teardown.add(() => removeRuntimeFolder(runtimeFolder));
    const failure = new AbortController();
    const log = store.openEventLog({ onFailure: (error) => failure.abort(error.message) });
    const context: RunContext = {
      run: id,
      folder: store.folder,
      runtimeFolder,
      owner,
      command: ['coordinator', ...withoutPassword(process.argv.slice(2))],
      listeners: [reporters.onEvent],
      interrupt,
      failure: failure.signal,
      notices: recovered.map(({ summary }) => summary),
    };
    const report = await start(context, log).finally(() => log.close());
    return await finish(store, report, reporters);
  } catch (error) {
    reporters.abandon();
    if (interrupt.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    await teardown.run((error) => process.stderr.write(`coordinator: clean-up: ${messageOf(error)}\n`));
    process.off('uncaughtException', onFatal);
  }
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
