import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { RunEvent } from '@coordinator/shared/event';
import { exitCodes, type Report, worstExitCode } from '@coordinator/shared/report';
import type { Command } from 'commander';
import { messageOf } from '../errors.ts';
import { requireBuiltFiles } from '../files.ts';
import { ownIdentity } from '../process/index.ts';
import { recoverDeadRuns } from '../recovery/index.ts';
import type { ReporterSet } from '../reporter/index.ts';
import { KERNEL_ARGUMENTS, makeLimits, run, Teardown } from '../run/index.ts';
import { createRuntimeFolder, removeRuntimeFolder } from '../runtime/index.ts';
import { newRunId, RunStore } from '../store/index.ts';
import { version } from '../version.ts';
import { applyConfigFile } from './config-file.ts';
import { interruptSignal, killProcessesOf } from './interrupt.ts';
import { choosePlatform, type PreparedGuests, prepareGuests } from './open-platform.ts';
import { addRunOptions, type TestOptions } from './options.ts';
import { loadPlan } from './plan-option.ts';
import { openReporters } from './reporters.ts';

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
    const guests = await prepareGuests(choosePlatform(options.platform), options, interrupt);
    const store = await RunStore.create(options.runs, id);
    runId = id;
    return await runInStore(store, { options, plan, reporters, interrupt, guests, recovered });
  } catch (error) {
    reporters.abandon();
    if (interrupt.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    process.off('uncaughtException', onFatal);
  }
}

interface Prepared {
  readonly options: TestOptions;
  readonly plan: ReturnType<typeof loadPlan>;
  readonly reporters: ReporterSet;
  readonly interrupt: AbortSignal;
  readonly guests: PreparedGuests;
  readonly recovered: Awaited<ReturnType<typeof recoverDeadRuns>>;
}

async function runInStore(store: RunStore, prepared: Prepared): Promise<number> {
  const { options, plan, reporters, interrupt, guests, recovered } = prepared;
  const owner = ownIdentity();
  const teardown = new Teardown();
  try {
    const runtimeFolder = createRuntimeFolder({ run: store.id, owner, folder: store.folder });
    teardown.add(() => removeRuntimeFolder(runtimeFolder));
    const failure = new AbortController();
    const log = store.openEventLog({ onFailure: (error) => failure.abort(error.message) });
    teardown.add(() => log.close());
    const place = { runtimeFolder, marker: { run: store.id, owner } };
    const platform = await guests.open(place);
    teardown.add(() => platform.close());
    const report = await run({
      run: store.id,
      folder: store.folder,
      guests: options.guests,
      command: ['coordinator', ...process.argv.slice(2)],
      coordinatorVersion: version,
      channel: options.channel,
      start: options.start,
      platform,
      vsock: guests.openVsock(place),
      kernel: guests.kernel,
      initrd: guests.initrd,
      kit: options.share ?? guests.kit,
      kernelArguments: KERNEL_ARGUMENTS,
      cpus: options.cpus,
      memoryMiB: options.memory,
      plan,
      limits: makeLimits({
        guestCpus: options.guests * options.cpus,
        hostCpus: availableParallelism(),
        totalMs: options.timeout,
      }),
      keep: options.keep,
      listeners: [log.append, (event: RunEvent) => reporters.onEvent(event)],
      interrupt,
      failure: failure.signal,
      notices: recovered.map(({ summary }) => summary),
    });
    log.close();
    return await finish(store, report, reporters);
  } finally {
    await teardown.run((error) => process.stderr.write(`coordinator: clean-up: ${messageOf(error)}\n`));
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
