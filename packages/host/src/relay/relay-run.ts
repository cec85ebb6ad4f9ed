import { mkdir, open } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { CoordinatorError, messageOf } from '@coordinator/base/errors';
import type { ExecExit, ExecOptions, ExecSession } from '@coordinator/exec';
import { MAX_CONSOLE_BYTES, TextTail } from '@coordinator/machine/console';
import { RunRecorder } from '@coordinator/runner/run';
import { type KeptLog, LogKeeper } from '@coordinator/runner/stress';
import { exitCodes, judgeRun, type Report } from '@coordinator/shared/report';
import { LAB_VARIABLE } from '../in-lab.ts';
import type { RunContext } from '../run-context.ts';
import { EventRelay } from './event-relay.ts';
import type { RelayedArtifact } from './relayed-guests.ts';

/** Where the coordinator in the lab keeps its runs. */
export const LAB_RUNS_FOLDER = '/run/coordinator-runs';

/** After an interrupt the coordinator inside ends its guests in order; it gets no longer for it than this. */
const INTERRUPT_MS = 30_000;
const COMPLAINT_CHARACTERS = 4000;

/** The part of a Lab that a run needs. */
export interface LabCommands {
  exec(argv: readonly string[], options?: ExecOptions): ExecSession;
}

/** The context is that of our run, which is told of the one in the lab. */
export interface RelayedRunOptions extends Omit<RunContext, 'runtimeFolder' | 'owner'> {
  readonly lab: LabCommands;
  /**
   * What is run in the lab: a coordinator whose events come out of its stdout, one JSON object a line, and whose run
   * store is {@link LAB_RUNS_FOLDER}.
   */
  readonly argv: readonly string[];
  /** Variables for it, such as a password that is to be in nobody's list of processes. */
  readonly env?: Readonly<Record<string, string>>;
  /** Our run's own log, which is kept short; see {@link LogKeeper}. It must not be among the listeners. */
  readonly log: KeptLog;
  /** The command line that runs the round of a seed again. */
  readonly repeat: (seed: number) => string;
}

/**
 * Runs a coordinator in the lab and makes its run one of ours: events are handed on as they come, and what it keeps of
 * its guests is copied into our run's folder at the end. The counterpart of `run()` for guests on this machine.
 * @throws CoordinatorError when the coordinator inside gives up before its run has started, with its own words.
 */
export async function relayRun(options: RelayedRunOptions): Promise<Report> {
  const { lab, argv, run, command, listeners, interrupt, failure, notices, repeat } = options;
  const log = new LogKeeper(options.log, (guest) => recorder.builder.has(guest));
  const recorder: RunRecorder = new RunRecorder([log.append, ...listeners]);
  const started = new Date().toISOString();
  const relay = new EventRelay({ run, command, started, emit: recorder.emit, repeat });
  const complaint = new TextTail(COMPLAINT_CHARACTERS);
  let noticed = false;
  const session = lab.exec(argv, {
    // An emulated host is slow: the coordinator inside stretches its limits.
    env: { ...options.env, [LAB_VARIABLE]: '1' },
    onStdout: (bytes) => {
      relay.push(bytes);
      for (const gone of recorder.builder.takeForgotten()) relay.guests.forget(gone);
      if (noticed || relay.innerRun === null) return;
      noticed = true;
      for (const text of notices) recorder.emit({ type: 'run-notice', text });
    },
    onStderr: (bytes) => complaint.add(bytes.toString('utf8')),
  });
  const ended = await endOnAbort(session, interrupt, failure).catch((error: unknown) => messageOf(error));
  if (relay.innerRun === null) throw notStarted(ended, complaint.text);

  if (!relay.ended) await endLeftGuests(lab, argv);
  await collectArtifacts(lab, relay, options.folder, (text) => recorder.emit({ type: 'run-notice', text }));
  if (!relay.ended)
    endUnfinished(recorder, relay, options, {
      reason: describeLoss(ended, complaint.text),
      isLabLost: typeof ended === 'string',
    });
  return recorder.builder.report();
}

/**
 * A coordinator that did not come to its end has left guests, and functions on vfio-pci, for the next command that looks. A lab
 * that is lost, too, needs none of it.
 */
async function endLeftGuests(lab: LabCommands, [coordinator = '']: readonly string[]): Promise<void> {
  const session = lab.exec([coordinator, 'restore']);
  const late = setTimeout(() => session.kill(constants.signals.SIGKILL), INTERRUPT_MS);
  await session.exited.catch(() => {});
  clearTimeout(late);
}

/** Passes an abort on as SIGINT; a coordinator that does not end on it is killed. */
async function endOnAbort(session: ExecSession, ...signals: readonly AbortSignal[]): Promise<ExecExit> {
  let late: NodeJS.Timeout | undefined;
  const abort = () => {
    session.kill(constants.signals.SIGINT);
    late ??= setTimeout(() => session.kill(constants.signals.SIGKILL), INTERRUPT_MS);
  };
  for (const signal of signals) {
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  }
  try {
    return await session.exited;
  } finally {
    clearTimeout(late);
    for (const signal of signals) signal.removeEventListener('abort', abort);
  }
}

/** The coordinator inside says on stderr what is wrong, with its remedy, as this one does. */
function notStarted(ended: ExecExit | string, complaint: string): CoordinatorError {
  if (typeof ended === 'string') return new CoordinatorError(ended);
  const lines = complaint.split('\n').filter((line) => line.trim() !== '');
  const message = lines.findLast((line) => line.startsWith('coordinator: ')) ?? lines.at(-1);
  const remedy = lines.findLast((line) => /^\s*→ /.test(line));
  const exitCode = ended.code === exitCodes.usage ? exitCodes.usage : exitCodes.unavailable;
  return new CoordinatorError(
    `in the lab: ${message?.replace(/^coordinator: /, '') ?? describeLoss(ended, '')}`,
    { exitCode, ...(remedy && { remedy: remedy.replace(/^\s*→ /, '') }) },
  );
}

function describeLoss(ended: ExecExit | string, complaint: string): string {
  if (typeof ended === 'string') return ended;
  const said = complaint.trim().split('\n').at(-1);
  const how =
    ended.problem ?? (ended.signal ? `it was ended by signal ${ended.signal}` : `status ${ended.code}`);
  return `the coordinator in the lab ended before its run: ${how}${said ? `: ${said}` : ''}`;
}

/** Writes the ends that the coordinator inside did not live to write. */
function endUnfinished(
  recorder: RunRecorder,
  relay: EventRelay,
  options: RelayedRunOptions,
  { reason, isLabLost }: { readonly reason: string; readonly isLabLost: boolean },
): void {
  const { interrupt } = options;
  const left = relay.guests.unended;
  for (const guest of left) {
    const { duration_ms } = recorder.builder.guest(guest);
    const error_kind = interrupt.aborted ? 'interrupted' : 'lost';
    recorder.emit({ type: 'guest-ended', guest, outcome: 'error', error_kind, reason, duration_ms });
  }
  // Guests that were lost say what there is to say, unless there is no lab any more.
  const isTold = interrupt.aborted || (left.length > 0 && !isLabLost);
  const interrupted = interrupt.aborted ? [{ outcome: 'error', error_kind: 'interrupted' } as const] : [];
  const { guests } = recorder.builder.report();
  const judged = judgeRun([...guests, ...interrupted], isTold ? null : reason);
  recorder.emit({ type: 'run-ended', ...judged, reason });
}

async function collectArtifacts(
  lab: LabCommands,
  relay: EventRelay,
  folder: string,
  notice: (text: string) => void,
): Promise<void> {
  for (const artifact of relay.guests.artifacts) {
    try {
      await collect(lab, `${LAB_RUNS_FOLDER}/${relay.innerRun}`, artifact, folder);
    } catch (error) {
      notice(`${artifact.name} of ${artifact.guest} could not be copied from the lab: ${messageOf(error)}`);
    }
  }
}

/** Copies one file, no more of it than is kept of a console. */
async function collect(
  lab: LabCommands,
  runFolder: string,
  { guest, name }: RelayedArtifact,
  folder: string,
): Promise<void> {
  await mkdir(join(folder, guest), { recursive: true, mode: 0o700 });
  const file = await open(join(folder, guest, name), 'wx', 0o600);
  try {
    let room = MAX_CONSOLE_BYTES;
    const session = lab.exec(['cat', `${runFolder}/${guest}/${name}`], {
      onStdout: async (bytes) => {
        const part = bytes.subarray(0, room);
        room -= part.length;
        if (part.length > 0) await file.write(part);
        else session.kill(constants.signals.SIGKILL);
      },
    });
    const { code, problem } = await session.exited;
    if (problem !== null || (code !== 0 && room > 0)) throw new Error(problem ?? 'it is not there');
  } finally {
    await file.close();
  }
}
