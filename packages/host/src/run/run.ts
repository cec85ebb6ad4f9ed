import { join } from 'node:path';
import type { RunEvent } from '@coordinator/shared/event';
import { judgeRun, type Report } from '@coordinator/shared/report';
import type { EarlyEnd } from './ending.ts';
import { GuestRun, type GuestSetting } from './guest-run.ts';
import { RunRecorder } from './recorder.ts';

export interface RunOptions extends Omit<GuestSetting, 'emit' | 'signal'> {
  /** The run's folder in the run store. */
  readonly folder: string;
  readonly guests: number;
  readonly command: readonly string[];
  readonly coordinatorVersion: string;
  readonly channel: 'file' | 'vsock';
  readonly start: 'cold';
  readonly listeners: ReadonlyArray<(event: RunEvent) => void>;
  /** The user wants an end. */
  readonly interrupt: AbortSignal;
  /** Aborts, with a sentence as its reason, when the run cannot be kept (for example the disk is full). */
  readonly failure: AbortSignal;
  readonly notices: readonly string[];
}

/** Runs the plan once in every guest, all at the same time. Never rejects. */
export async function run(options: RunOptions): Promise<Report> {
  const recorder = new RunRecorder(options.listeners);
  const ids = Array.from({ length: options.guests }, (_, index) => `guest-${index + 1}`);
  const { platform, plan } = options;
  recorder.emit({
    type: 'run-started',
    run: options.run,
    command: [...options.command],
    coordinator: options.coordinatorVersion,
    platform: platform.name,
    vmm: platform.vmm,
    vmm_version: platform.vmmVersion,
    channel: options.channel,
    start: options.start,
    plan: plan.name,
    tests: ['probe', ...plan.tests.map((test) => test.name), ...(plan.interrupts ? ['interrupts'] : [])],
    started: new Date().toISOString(),
    guests: ids,
  });
  for (const text of options.notices) recorder.emit({ type: 'run-notice', text });

  const setting: GuestSetting = { ...options, emit: recorder.emit, signal: endSignal(options) };
  await Promise.all(ids.map((id) => new GuestRun(id, join(options.folder, id), setting).run()));

  const reason = options.failure.aborted ? String(options.failure.reason) : null;
  const guests = ids.map((id) => recorder.builder.guest(id));
  recorder.emit({ type: 'run-ended', ...judgeRun(guests, reason), reason });
  return recorder.builder.report();
}

/** One signal for both reasons to end every guest; it aborts with the {@link EarlyEnd} to record. */
function endSignal({ interrupt, failure }: RunOptions): AbortSignal {
  const controller = new AbortController();
  const follow = (signal: AbortSignal, makeEnd: () => EarlyEnd) => {
    const abort = () => controller.abort(makeEnd());
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  };
  follow(interrupt, () => ({ cause: 'interrupted' }));
  follow(failure, () => ({ cause: 'host-failed', detail: String(failure.reason) }));
  return controller.signal;
}
