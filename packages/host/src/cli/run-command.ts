import { stageDescriptions } from '@coordinator/lab/stages';
import { ReporterSet } from '@coordinator/reporter';
import { exitCodes } from '@coordinator/shared/report/exit-code';
import type { Caller, ServedPage } from '../session/caller.ts';
import { withoutPassword } from '../session/login.ts';
import { openReporters, type ReporterOptions } from '../session/reporters.ts';
import type { RunResult } from '../session/session.ts';
import { interruptible, killProcessesOf } from './interrupt.ts';
import { tell } from './print.ts';
import { showSetUp } from './progress.ts';

/**
 * Runs guests as a command does: Ctrl-C ends them, progress and warnings go to stderr, and no process of theirs is left
 * behind by a fault of ours.
 * @param silent no reporter shows the run: the command does
 * @param exitCodeOf what the run comes to, if that is not its own exit code
 * @param internalError exit code after a fault of ours
 * @returns the exit code
 */
export async function runCommand(
  options: ReporterOptions,
  run: (caller: Caller) => Promise<RunResult>,
  {
    silent = false,
    exitCodeOf = ({ exitCode }) => exitCode,
    internalError = exitCodes.unavailable,
  }: {
    readonly silent?: boolean;
    readonly exitCodeOf?: (result: RunResult) => number;
    readonly internalError?: number;
  } = {},
): Promise<number> {
  let runId: string | null = null;
  let page: ServedPage | null = null;
  let reporters = new ReporterSet([], () => {});
  const onFatal = (error: unknown) => {
    killProcessesOf(runId);
    reporters.abandon();
    tell(`coordinator: internal error: ${(error as Error)?.stack ?? String(error)}\n`);
    process.exit(internalError);
  };
  process.on('uncaughtException', onFatal);
  try {
    return await interruptible(
      async (interrupt) => {
        const result = await run({
          ...showSetUp(options.color, interrupt),
          command: ['coordinator', ...withoutPassword(process.argv.slice(2))],
          openReporters: async (runFolder) => {
            if (!silent) reporters = await openReporters(options, { runFolder });
            return reporters;
          },
          listeners: [],
          onRun: (run) => {
            runId = run;
          },
          onLabStage: (stage) => {
            tell(`lab: ${stageDescriptions[stage]}\n`);
            page?.note(`the lab: ${stageDescriptions[stage]}`);
          },
          onServe: (served) => {
            page = served;
            tell(`live page: ${served.url}\n`);
          },
          onConsoleLine: showConsolesOf(options.follow),
          warn: (sentence) => tell(`coordinator: ${sentence}\n`),
        });
        return exitCodeOf(result);
      },
      () => runId,
    );
  } finally {
    process.off('uncaughtException', onFatal);
  }
}

/** Beside the reporters: a line of a console is of use while it is new, and the console is kept. */
function showConsolesOf(guests: readonly string[] | undefined): Caller['onConsoleLine'] {
  if (guests === undefined) return undefined;
  const followed = new Set(guests);
  return (guest, line) => {
    if (followed.has(guest)) tell(`${guest} | ${line}\n`);
  };
}
