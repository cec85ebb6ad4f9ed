import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type GuestResult, type Report, reportSchema } from '@coordinator/shared/report';

const program = resolve(import.meta.dirname, '../../packages/host/bin/coordinator.js');

/** Runs of the tests and other runs on this machine do not see each other. */
export const runtimeFolder = mkdtempSync(join(tmpdir(), 'runtime-'));
process.env['XDG_RUNTIME_DIR'] = runtimeFolder;
process.on('exit', () => rmSync(runtimeFolder, { recursive: true, force: true }));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running `coordinator`, as a user would start it. */
export class Coordinator {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;

  constructor(
    args: readonly string[],
    options: {
      env?: NodeJS.ProcessEnv;
      cwd?: string;
      launcher?: readonly string[];
      /** Another one than this checkout's. */
      program?: string;
    } = {},
  ) {
    const [file = process.execPath, ...before] = [...(options.launcher ?? []), process.execPath];
    this.child = spawn(file, [...before, options.program ?? program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: options.cwd,
      env: { ...process.env, NO_COLOR: '1', ...options.env },
    });
    const stdout = collect(this.child.stdout);
    const stderr = collect(this.child.stderr);
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code, signal) => resolve({ code, signal, stdout: stdout(), stderr: stderr() }));
    });
  }

  /** Sends a signal to the coordinator alone. */
  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

/** Runs `coordinator` to its end. */
export function coordinator(...args: string[]): Promise<Ended> {
  return new Coordinator(args).ended;
}

/** A folder for runs that is gone after the test. */
export class RunsFolder {
  path = mkdtempSync(join(tmpdir(), 'runs-'));
  #latest: Coordinator | null = null;

  /**
   * Starts `coordinator test` with its runs here and its JSON report on stdout. Guests have one processor unless `args` say
   * otherwise, or where they run: it is all that most tests need, and two take half as long again.
   */
  start(...args: string[]): Coordinator {
    const usual = args.includes('--platform') ? [] : ['--cpus', '1'];
    this.#latest = new Coordinator(['test', '--runs', this.path, '--reporter', 'json=-', ...usual, ...args]);
    return this.#latest;
  }

  /** As the function {@link until}, as long as what was started last goes on: its end is an error that says how it ended. */
  async until<Value>(what: string, condition: () => Value | undefined | false | null): Promise<Value> {
    let over: Ended | null = null;
    void this.#latest?.ended.then((ended) => {
      over = ended;
    });
    return until(what, () => {
      // What there is of it counts, if it has ended meanwhile.
      const value = condition();
      if (!value && over) throw new Error(`ended before ${what}: ${JSON.stringify(over, null, 2)}`);
      return value;
    });
  }

  /** As {@link start}, to its end, with the report read. */
  async test(...args: string[]): Promise<{ ended: Reported; report: Report; guest: GuestResult }> {
    return reportOf(await this.start(...args).ended);
  }

  /** The events of the run that is kept here, as far as they are written. */
  events(): Array<Record<string, unknown> & { type: string }> {
    const run = this.#run;
    if (!run) return [];
    try {
      const lines = readFileSync(join(this.path, run, 'events.jsonl'), 'utf8')
        .trim()
        .split('\n');
      return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
    } catch {
      return [];
    }
  }

  /** The folder of the run that is kept here, by name. */
  get #run(): string | undefined {
    return readdirSync(this.path).find((name) => /^\d{8}-/.test(name));
  }

  /** A file that a guest of the run that is kept here has in its share. @returns its path, if it is there */
  sharedFile(guest: string, name: string): string | undefined {
    const file = join(this.path, this.#run ?? '', guest, 'share', name);
    return existsSync(file) ? file : undefined;
  }

  /** Another folder in its place. */
  renew(): void {
    this.remove();
    this.path = mkdtempSync(join(tmpdir(), 'runs-'));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A run's end, with what a reader of a failed expectation wants to know. */
export interface Reported extends Ended {
  /** What stderr and the report say of all that did not pass. */
  readonly told: string;
}

export function reportOf(ended: Ended): { ended: Reported; report: Report; guest: GuestResult } {
  let report: Report;
  try {
    report = reportSchema.parse(JSON.parse(ended.stdout));
  } catch (error) {
    throw new Error(`no report (exit ${ended.code}):\n${ended.stdout}\n${ended.stderr}`, { cause: error });
  }
  return {
    ended: { ...ended, told: whatFailed(ended, report) },
    report,
    guest: report.guests[0] as GuestResult,
  };
}

function whatFailed({ stderr }: Ended, { guests }: Report): string {
  const told = guests.flatMap(({ id, outcome, reason, warnings, tests }) => [
    `${id} ${outcome}: ${reason ?? ''}`,
    ...warnings.map((warning) => `  warning: ${warning}`),
    ...tests
      .filter((test) => test.outcome !== 'pass')
      .map((test) => `  ${test.name} ${test.outcome}: ${test.message ?? ''}`),
  ]);
  return [stderr, ...told].join('\n');
}

/** Waits until `condition` gives something, looking often; unless told otherwise, less long than a test may take. */
export async function until<Value>(
  what: string,
  condition: () => Value | undefined | false | null,
  limitMs = 540_000,
): Promise<Value> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const value = condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
