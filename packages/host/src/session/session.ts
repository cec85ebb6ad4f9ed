import { join, resolve } from 'node:path';
import { messageOf } from '@coordinator/base/errors';
import { Teardown } from '@coordinator/machine/lifetime';
import { ownIdentity } from '@coordinator/machine/process';
import { createRuntimeFolder, removeRuntimeFolder } from '@coordinator/machine/runtime-folder';
import type { ReporterSet } from '@coordinator/reporter';
import { recoverBindings, recoverDeadRuns } from '@coordinator/runner/recovery';
import type { Plan } from '@coordinator/shared/plan';
import { exitCodes, type Report, worstExitCode } from '@coordinator/shared/report';
import { type EventLog, newRunId, RunStore } from '@coordinator/store';
import { earlyRunIn, removeEarlyRun, takeEarlyRun } from '../early-run.ts';
import { requireBuiltFiles } from '../files.ts';
import type { RunContext } from '../run-context.ts';
import type { Caller } from './caller.ts';
import { loadPlan, type PlanOptions } from './load-plan.ts';
import type { TestOptions } from './options.ts';
import type { OwnPage } from './own-page.ts';

/** Makes what guests need, before there is a run. @returns what then runs it, with the log for its events. */
export type PrepareRun = (plan: Plan) => Promise<(context: RunContext, log: EventLog) => Promise<Report>>;

/** A run that has ended, however it went. */
export interface RunResult {
  readonly report: Report;
  /** Where the run is kept. */
  readonly folder: string;
  /** That of the report, or a worse one when a report could not be written. */
  readonly exitCode: number;
}

/**
 * Everything around a run, from the plan to the report: what `test`, `stress` and `selftest` have in common.
 * @throws CoordinatorError when nothing could be run; anything when the caller's interrupt came before there was a run.
 */
export async function runSession(
  options: PlanOptions & Pick<TestOptions, 'runs' | 'keepRuns' | 'vmlinux' | 'kernel' | 'cache' | 'serve'>,
  caller: Caller,
  prepare: PrepareRun,
  plan: Plan = loadPlan(options),
): Promise<RunResult> {
  const { interrupt, command } = caller;
  const runs = resolve(options.runs);
  const early = earlyRunIn(runs);
  const id = early?.id ?? newRunId();
  const folder = join(runs, id);
  const reporters = await caller.openReporters(folder);
  const teardown = new Teardown();
  try {
    if (early) {
      takeEarlyRun();
      teardown.add(() => removeEarlyRun(early));
    }
    requireBuiltFiles();
    if (options.vmlinux !== undefined) (await import('../trace/index.ts')).checkVmlinux(options.vmlinux);
    // Before anything is made: a port that is taken is told at once.
    const page = options.serve === undefined ? null : await servePage(options.serve, folder, caller);
    if (page) teardown.add(() => page.close());
    // Guests first: nothing is given back that one still has.
    const recovered = [...(await recoverDeadRuns()), ...(await recoverBindings())];
    const start = await prepare(plan);
    // Before there is anything of it, and wherever its guests are: the command that finds this run dead completes it.
    const owner = ownIdentity();
    const runtimeFolder = early?.runtimeFolder ?? createRuntimeFolder({ run: id, owner, folder });
    teardown.add(() => removeRuntimeFolder(runtimeFolder));
    const store = await RunStore.create(runs, id, early !== null);
    caller.onRun(id);
    const failure = new AbortController();
    const log = store.openEventLog({ onFailure: (error) => failure.abort(error.message) });
    const context: RunContext = {
      run: id,
      folder,
      runtimeFolder,
      owner,
      command,
      listeners: [reporters.onEvent, ...(page ? [page.onEvent] : []), ...caller.listeners],
      interrupt,
      failure: failure.signal,
      notices: recovered.map(({ summary }) => summary),
    };
    const report = await decode(await start(context, log).finally(() => log.close()), options, caller);
    const exitCode = await finish(store, report, reporters, caller);
    await enterHistory(options, report, caller);
    return { report, folder, exitCode };
  } catch (error) {
    reporters.abandon();
    throw error;
  } finally {
    await teardown.run((error) => caller.warn(`clean-up: ${messageOf(error)}`));
  }
}

/** With lines of sources in traces of crashes, where there are such. */
async function decode(
  report: Report,
  options: Pick<TestOptions, 'vmlinux' | 'kernel' | 'cache'>,
  { warn }: Caller,
): Promise<Report> {
  const crashed = report.guests.some(({ trace }) => trace !== undefined);
  if (!crashed || (options.vmlinux ?? options.kernel) === undefined) return report;
  const { decodeReport } = await import('../trace/index.ts');
  return decodeReport(report, options, warn);
}

/** Loaded when it is asked for, as few runs are looked at. */
async function servePage(address: string, folder: string, caller: Caller): Promise<OwnPage> {
  const { openOwnPage } = await import('./own-page.ts');
  return openOwnPage(address, folder, caller);
}

/** Keeps and shows the report. One that cannot be kept is still shown. @returns the exit code */
async function finish(
  store: RunStore,
  report: Report,
  reporters: ReporterSet,
  caller: Caller,
): Promise<number> {
  const unkept = await store.writeReport(report).then(
    () => null,
    (error: unknown) => error,
  );
  const failures = await reporters.end(report);
  if (unkept) caller.warn(messageOf(unkept));
  // What was asked for and could not be written counts like a run that could not take place.
  const lost = unkept !== null || failures.some(({ outputLost }) => outputLost);
  return lost ? worstExitCode([report.exit_code, exitCodes.unavailable]) : report.exit_code;
}

/** Lists know the run from now on, and what is old may go. Loaded when the run is over. Never rejects. */
async function enterHistory(
  { runs, keepRuns: keep }: Pick<TestOptions, 'runs' | 'keepRuns'>,
  report: Report,
  { warn }: Caller,
): Promise<void> {
  const { noteRun } = await import('@coordinator/history');
  const { run } = report;
  await noteRun(runs, run, report);
  if (keep === undefined) return;
  const { keepRuns } = await import('./keep-runs.ts');
  await keepRuns(runs, { keep, run, warn });
}
