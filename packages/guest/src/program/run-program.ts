import { judgeProgram, type ProgramReport, type ProgramStep } from '@coordinator/shared/exerciser';
import { messageLimits } from '@coordinator/shared/message/protocol';
import type { Channel } from '../channel/channel.ts';
import type { RunResult, Runtime } from '../runtime/runtime.ts';
import type { GuestSystem } from '../system/guest-system.ts';
import { OutputTail } from '../system/output-tail.ts';
import { clip, reasonOf } from '../system/text.ts';
import { environmentOf, type ProgramPlace, searchPath } from './environment.ts';
import { OutputFile, outputLimits } from './output-file.ts';
import { MAX_RESULTS, TapParser } from './tap-parser.ts';

/** A guest that is emulated on a crowded machine takes a second for results of so many bytes. */
const PARSED_BYTES = 2048;
const CANNOT_RUN = [126, 127];
const LAST_WORDS_BYTES = 2048;

/** What running one takes. */
interface ProgramContext extends ProgramPlace {
  readonly runtime: Runtime;
  readonly system: GuestSystem;
  readonly channel: Pick<Channel, 'send'>;
  /** Folder that the host reads. */
  readonly results: string;
}

export interface ProgramEnd {
  readonly outcome: 'pass' | 'fail' | 'skip';
  readonly message: string | null;
  /** The last of what it printed. */
  readonly output: string;
  readonly report: ProgramReport;
}

const nothingTold: Omit<ProgramReport, 'status'> = {
  ...{ planned: null, results: 0, subtests: [], unlisted: 0, unlisted_failed: 0, problem: null },
};

/**
 * Runs a program of the user's, in the folder of `--files` and in a process group of its own.
 * @param number of the test in its round, from 1: names what it leaves
 */
export async function runProgram(
  context: ProgramContext,
  step: ProgramStep,
  number: number,
): Promise<ProgramEnd> {
  const { channel, system, runtime, results, filesFolder } = context;
  const missing = whyMissing(context, step);
  if (missing !== null) return failed(missing);

  const share = `${results}/run-${number}`;
  const log = `run-${number}-${fileName(step.name)}.log`;
  const output = new OutputTail(messageLimits.output);
  const words = new OutputTail(LAST_WORDS_BYTES);
  const parser = step.format === 'exit' ? null : new TapParser();
  let flood: string | null = null;
  let run: RunResult;
  try {
    system.files.makeFolder(share);
    const file = new OutputFile(system.files, `${results}/${log}`);
    // Now: what it prints before a panic is kept too.
    channel.send({ type: 'artifact', name: log });
    try {
      run = await runtime.processes.run({
        // It becomes the program: it is no group leader, so that it does not fork.
        command: [...system.find('setsid'), ...step.command],
        limitMs: step.timeout_ms,
        cwd: filesFolder ?? system.path('/'),
        env: environmentOf(context, step, share),
        leadsGroup: true,
        ...(parser && { pieceBytes: PARSED_BYTES }),
        onOutput(stream, bytes) {
          output.push(bytes);
          if (stream === 'stderr') words.push(bytes);
          else if (parser?.push(bytes)) flood ??= `${MAX_RESULTS} sub-tests`;
          if (file.push(bytes)) flood ??= `${outputLimits.printed >> 20} MiB`;
          return flood === null ? undefined : 'enough';
        },
      });
    } finally {
      file.close();
    }
  } catch (error) {
    return failed(reasonOf(error), output.text());
  }
  const { end, timedOut } = run;
  const status = end.kind === 'exited' && !timedOut && flood === null ? end.status : null;
  const report: ProgramReport = { ...(parser?.finish() ?? nothingTold), status };
  const { outcome, message } = judgeProgram(step.format, report);
  const own =
    flood === null
      ? describeEnd(step, run, words.text())
      : `a flood, which was ended: it had printed more than ${flood}`;
  const whole = [own, ...(own === null || status !== null ? [message] : [describeSoFar(report)])];
  const told = whole.filter((part) => part !== null).join('; ');
  return { outcome, message: outcome === 'pass' ? null : told, output: output.text(), report };
}

function failed(message: string, output = ''): ProgramEnd {
  return { outcome: 'fail', message, output, report: { ...nothingTold, status: null } };
}

/** Why there is no such program in this guest; null when there is one. */
function whyMissing({ system, kit, filesFolder }: ProgramContext, { command }: ProgramStep): string | null {
  const [program = ''] = command;
  const is = (path: string) => system.files.stat(path)?.kind === 'file';
  if (program.startsWith('/')) return is(system.path(program)) ? null : `this guest has no ${program}`;
  if (program.includes('/')) {
    if (filesFolder === null) return `${program} is looked for in the folder of --files, and there is none`;
    return is(`${filesFolder}/${program}`) ? null : `the folder of --files has no ${program}`;
  }
  const folders = searchPath(kit).map((folder) => (folder === kit ? kit : system.path(folder)));
  return folders.some((folder) => is(`${folder}/${program}`)) ? null : `this guest has no program ${program}`;
}

/** How it ended that says more than its status; null when nothing does. */
function describeEnd(
  { command, timeout_ms }: ProgramStep,
  { end, timedOut }: RunResult,
  words: string,
): string | null {
  if (timedOut) {
    const limit = `TIMEOUT after ${timeout_ms / 1000} seconds: it was ended, with all of its process group`;
    return end.kind === 'lost' ? `${limit}; ${end.reason}` : limit;
  }
  if (end.kind === 'lost') return `did not run: ${end.reason}`;
  if (end.kind === 'signalled') return `killed by ${end.signal}`;
  if (end.status === 0) return null;
  const last =
    words
      .split('\n')
      .findLast((line) => line.trim() !== '')
      ?.trim() ?? null;
  if (!CANNOT_RUN.includes(end.status)) return last === null ? null : clip(last, messageLimits.line / 2);
  return `${command[0]} cannot be executed, or what it calls${last === null ? '' : `: ${clip(last, messageLimits.line / 2)}`}`;
}

const describeSoFar = ({ results }: ProgramReport): string | null =>
  results === 0 ? null : `${results} ${results === 1 ? 'sub-test' : 'sub-tests'} had come`;

/** As artifacts may be called. */
const fileName = (test: string): string =>
  test
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .slice(0, 40);
