import type { SetUpProgress } from '@coordinator/image';
import type { LabStage } from '@coordinator/lab';
import type { RunEvent } from '@coordinator/shared/event';
import type { Caller } from './session/caller.ts';
import { withoutPassword } from './session/login.ts';
import { type StressRunOptions, stressDefaults, type TestOptions, testDefaults } from './session/options.ts';
import { openReporters } from './session/reporters.ts';
import type { RunResult } from './session/session.ts';

/** What a program hears of its run, and how it ends it. */
export interface RunHooks {
  /** Ends the guests in order; the run's report says that it was interrupted. */
  readonly signal?: AbortSignal;
  /** Every event of the run, in order, as `--reporter events` has them. */
  readonly onEvent?: (event: RunEvent) => void;
  readonly onSetUp?: (progress: SetUpProgress) => void;
  readonly onLabStage?: (stage: LabStage) => void;
  /** Where the run can be looked at, if `serve` was asked for. */
  readonly onServe?: (url: string) => void;
  /** A line that a guest printed on its console, without control characters. Guests of the lab are not heard. */
  readonly onConsoleLine?: (guest: string, line: string) => void;
  /** A sentence about what went wrong without ending the run. */
  readonly onWarning?: (sentence: string) => void;
}

/**
 * Runs a plan once in every guest, all at once, as `coordinator test` does. No reporter shows it but those asked for.
 * @throws CoordinatorError when nothing could be run; the signal's reason when aborted before that.
 */
export async function test(options: Partial<TestOptions> = {}, hooks: RunHooks = {}): Promise<RunResult> {
  const chosen = { ...testDefaults, ...options };
  const { runTest } = await import('./session/test.ts');
  return runTest(chosen, makeCaller(chosen, hooks));
}

/**
 * Runs a plan again and again in many guests, as `coordinator stress` does, until `rounds` or `duration`.
 * @throws CoordinatorError when nothing could be run; the signal's reason when aborted before that.
 */
export async function stress(options: Partial<StressRunOptions>, hooks: RunHooks = {}): Promise<RunResult> {
  const chosen = { ...stressDefaults, ...options };
  const { runStress } = await import('./session/stress.ts');
  return runStress(chosen, makeCaller(chosen, hooks));
}

function makeCaller(options: TestOptions, hooks: RunHooks): Caller {
  const { signal, onEvent, onSetUp, onLabStage, onServe, onConsoleLine, onWarning } = hooks;
  return {
    command: withoutPassword(process.argv),
    interrupt: signal ?? new AbortController().signal,
    listeners: onEvent ? [onEvent] : [],
    openReporters: (runFolder) => openReporters(options, { runFolder, onlyThese: true }),
    onRun: () => {},
    onLabStage: (stage) => onLabStage?.(stage),
    onServe: ({ url }) => onServe?.(url),
    onConsoleLine,
    setUpListener: () => ({
      show: (progress) => onSetUp?.(progress),
      note: (text) => onWarning?.(text),
      end: () => {},
    }),
    warn: (sentence) => onWarning?.(sentence),
  };
}
