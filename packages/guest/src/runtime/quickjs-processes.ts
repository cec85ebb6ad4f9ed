import type { QuickJsOs, QuickJsSpawn, QuickJsStd } from '@coordinator/shared/quickjs';
import type { Clock, OutputStream, ProcessEnd, Processes, RunOptions, RunResult } from './runtime.ts';
import { signalName } from './signals.ts';
import { TimeLimit } from './time-limit.ts';

/** What a pipe holds. */
const READ_BYTES = 64 * 1024;
/**
 * A child that prints much is not read at every line: waking up for each would take the CPU from it. Its first words
 * are read as they come, as a short run is over with them.
 */
const EAGER_READS = 4;
const REST_MS = 8;
/** The end of its output says that a child is about to end, so then it is looked at soon and often. */
const FIRST_POLL_MS = 1;
const SLOWEST_POLL_MS = 50;
/** How long the output of a child that has ended may stay open: whom it left behind may hold it for ever. */
const DRAIN_MS = 100;
/** More than a pipe holds: whoever still writes into it is not waited for. */
const DRAIN_BYTES = 4 * READ_BYTES;
/** asm-generic/fcntl.h, the same on every architecture of guests. */
const O_NONBLOCK = 0o4000;

/** POSIX numbers, the same on every Linux. */
const SIGNALS = { SIGTERM: 15, SIGKILL: 9 } as const;

/** What of QuickJS's modules it works with. */
export interface ProcessModules extends QuickJsSpawn, Pick<QuickJsStd, 'strerror'> {
  readonly os: QuickJsOs;
}

export class QuickJsProcesses implements Processes {
  readonly #modules: ProcessModules;
  readonly #clock: Clock;
  readonly #running = new Set<Child>();

  constructor(modules: ProcessModules, clock: Clock) {
    this.#modules = modules;
    this.#clock = clock;
  }

  run(options: RunOptions): Promise<RunResult> {
    return new Promise((resolve, reject) => {
      const child = new Child(this.#modules, this.#clock, options, (settle) => {
        this.#running.delete(child);
        settle(resolve, reject);
      });
      this.#running.add(child);
      child.start();
    });
  }

  killAll(): void {
    for (const child of this.#running) child.kill('SIGKILL');
  }
}

type Settle = (resolve: (result: RunResult) => void, reject: (error: unknown) => void) => void;

class Child {
  readonly #modules: ProcessModules;
  readonly #os: QuickJsOs;
  readonly #clock: Clock;
  readonly #options: RunOptions;
  readonly #settle: (settle: Settle) => void;
  readonly #outputs = new Map<number, OutputStream>();
  readonly #buffer = new ArrayBuffer(READ_BYTES);
  #limit: TimeLimit | undefined;
  #pid = 0;
  #pollMs = SLOWEST_POLL_MS;
  #cancelPoll = () => {};
  #end: ProcessEnd | undefined;
  #over = false;

  constructor(modules: ProcessModules, clock: Clock, options: RunOptions, settle: (settle: Settle) => void) {
    this.#modules = modules;
    this.#os = modules.os;
    this.#clock = clock;
    this.#options = options;
    this.#settle = settle;
  }

  start(): void {
    const os = this.#os;
    const stdin = os.open('/dev/null', os.O_RDONLY);
    const stdout = os.pipe();
    const stderr = os.pipe();
    if (stdin < 0 || !stdout || !stderr) {
      for (const fd of [stdin, ...(stdout ?? []), ...(stderr ?? [])]) if (fd >= 0) os.close(fd);
      this.#finish({ kind: 'lost', reason: 'no pipe or /dev/null for it' });
      return;
    }
    const { command, cwd, env } = this.#options;
    this.#pid = this.#modules.spawn(command, stdin, stdout[1], stderr[1], cwd, env);
    for (const fd of [stdin, stdout[1], stderr[1]]) os.close(fd);
    this.#listen(stdout[0], 'stdout');
    this.#listen(stderr[0], 'stderr');
    if (this.#pid < 0) {
      const reason = `it cannot be executed: ${this.#modules.strerror(-this.#pid)}`;
      this.#finish({ kind: 'lost', reason });
      return;
    }
    this.#limit = new TimeLimit(
      this.#clock,
      this.#options.limitMs,
      (signal) => this.kill(signal),
      () => this.#finish({ kind: 'lost', reason: 'not even SIGKILL ended it' }),
    );
    this.#pollLater();
  }

  kill(signal: keyof typeof SIGNALS): void {
    if (this.#end || this.#pid <= 0) return;
    // It may not have come to make its group yet.
    if (!this.#killGroup(signal)) this.#os.kill(this.#pid, SIGNALS[signal]);
  }

  #killGroup(signal: keyof typeof SIGNALS): boolean {
    return this.#options.leadsGroup === true && this.#os.kill(-this.#pid, SIGNALS[signal]) >= 0;
  }

  #listen(fd: number, stream: OutputStream): void {
    this.#outputs.set(fd, stream);
    let reads = 0;
    const read = () => {
      const length = this.#os.read(fd, this.#buffer, 0, this.#pieceBytes);
      if (length <= 0) {
        this.#closeOutput(fd);
        if (this.#outputs.size === 0) this.#outputEnded();
        return;
      }
      try {
        const said = this.#options.onOutput(stream, new Uint8Array(this.#buffer, 0, length));
        if (said === 'enough') {
          this.kill('SIGKILL');
          this.#closeOutput(fd);
          return;
        }
      } catch (error) {
        this.kill('SIGKILL');
        this.#fail(error);
        return;
      }
      if (++reads <= EAGER_READS || length > this.#pieceBytes / 2) return;
      this.#os.setReadHandler(fd, null);
      this.#clock.after(REST_MS, () => {
        if (this.#outputs.has(fd)) this.#os.setReadHandler(fd, read);
      });
    };
    this.#os.setReadHandler(fd, read);
  }

  get #pieceBytes(): number {
    return Math.min(this.#options.pieceBytes ?? READ_BYTES, READ_BYTES);
  }

  #closeOutput(fd: number): void {
    this.#os.setReadHandler(fd, null);
    this.#os.close(fd);
    this.#outputs.delete(fd);
  }

  #outputEnded(): void {
    if (this.#end) {
      this.#finish(this.#end);
      return;
    }
    this.#pollMs = FIRST_POLL_MS;
    this.#cancelPoll();
    this.#poll();
  }

  #pollLater(): void {
    this.#cancelPoll = this.#clock.after(this.#pollMs, () => this.#poll());
    this.#pollMs = Math.min(2 * this.#pollMs, SLOWEST_POLL_MS);
  }

  #poll(): void {
    const [returned, status] = this.#os.waitpid(this.#pid, this.#os.WNOHANG);
    if (returned === 0) {
      this.#pollLater();
      return;
    }
    this.#end = returned > 0 ? endOf(status) : { kind: 'lost', reason: `waitpid failed with ${-returned}` };
    this.#killGroup('SIGKILL');
    if (this.#outputs.size === 0) this.#finish(this.#end);
    else this.#cancelPoll = this.#clock.after(DRAIN_MS, () => this.#drain(this.#end as ProcessEnd));
  }

  /**
   * Reads what is left in the pipes, and ends. Timers come before whatever can be read, so on a slow machine all of
   * DRAIN_MS may have gone by without a look at them. The pipes are opened anew, as a read of theirs may block.
   */
  #drain(end: ProcessEnd): void {
    for (const [fd, stream] of this.#outputs) {
      const pipe = this.#os.open(`/proc/self/fd/${fd}`, this.#os.O_RDONLY | O_NONBLOCK);
      if (pipe < 0) continue;
      try {
        for (let left = DRAIN_BYTES; left > 0; ) {
          const length = this.#os.read(pipe, this.#buffer, 0, this.#pieceBytes);
          if (length <= 0) break;
          if (this.#options.onOutput(stream, new Uint8Array(this.#buffer, 0, length)) === 'enough') break;
          left -= length;
        }
      } catch (error) {
        this.#fail(error);
      } finally {
        this.#os.close(pipe);
      }
    }
    this.#finish(end);
  }

  #finish(end: ProcessEnd): void {
    this.#conclude((resolve) => resolve({ end, timedOut: this.#limit?.ranOut ?? false }));
  }

  #fail(error: unknown): void {
    this.#conclude((_, reject) => reject(error));
  }

  #conclude(settle: Settle): void {
    if (this.#over) return;
    this.#over = true;
    this.#limit?.cancel();
    this.#cancelPoll();
    for (const fd of [...this.#outputs.keys()]) this.#closeOutput(fd);
    this.#settle(settle);
  }
}

/** Linux's wait status: signal in bits 6:0, exit status in bits 15:8. */
function endOf(status: number): ProcessEnd {
  const signal = status & 0x7f;
  return signal === 0
    ? { kind: 'exited', status: (status >> 8) & 0xff }
    : { kind: 'signalled', signal: signalName(signal) };
}
