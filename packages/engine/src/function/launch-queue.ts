import type { Memory, RemoteRequest, RequestSource } from '@coordinator/vfio-user';
import type { Command } from '../commands/command.ts';
import { Execution } from '../commands/execution.ts';

/** A command that has been launched. */
export interface Job {
  readonly frame: number;
  readonly execution: Execution;
  readonly memory: Memory;
  /** Awaited writes of other commands, one of which launched this one: it runs when they are settled. */
  readonly launchedBy: readonly Writer[];
}

/** A job that has ended, and whether in a fault. */
export interface Ended {
  readonly job: Job;
  readonly faulted: boolean;
}

/** A command whose write the client is to perform, and that write. */
export interface Writer {
  readonly frame: number;
  readonly request: RemoteRequest;
}

/** Translation keeps the place within a page: that is how a write is recognised on its way back. */
const PAGE_MASK = 0xfff;

const NO_WRITERS: readonly Writer[] = [];

/**
 * The launched commands, oldest first. One that waits for the client lets the younger ones pass, so that an
 * answer that does not come holds up one frame only.
 */
export class LaunchQueue implements Omit<RequestSource, 'settle'> {
  #jobs: Job[] = [];
  #unsent: Job[] = [];
  readonly #awaited = new Map<RemoteRequest, Job>();

  clear(): void {
    this.#jobs = [];
    this.#unsent = [];
    this.#awaited.clear();
  }

  launch(frame: number, command: Command, memory: Memory, writers: readonly Writer[]): void {
    this.#jobs.push({ frame, execution: new Execution(command), memory, launchedBy: writers });
  }

  /** Whether {@link run} has something to do. */
  get runnable(): boolean {
    return this.#next() >= 0;
  }

  /** Runs the oldest command that waits for nothing, for `budget` bytes at most. Returns it if it has ended. */
  run(budget: number): Ended | null {
    const index = this.#next();
    const job = this.#jobs[index];
    if (job === undefined) return null;
    const progress = job.execution.run(job.memory, budget);
    if (progress === 'remote') this.#unsent.push(job);
    if (progress !== 'done' && progress !== 'fault') return null;
    this.#jobs.splice(index, 1);
    return { job, faulted: progress === 'fault' };
  }

  /** The next thing to ask the client for; from now on it is awaited. */
  take(): RemoteRequest | null {
    const job = this.#unsent.shift();
    if (job === undefined || job.execution.request === null) return null;
    this.#awaited.set(job.execution.request, job);
    return job.execution.request;
  }

  /** Whether an answer to `request` still means something. */
  awaits(request: RemoteRequest): boolean {
    return this.#awaited.has(request);
  }

  /** Takes the client's answer; `ok` false means that it refused. Returns the command if that ended it. */
  settle(request: RemoteRequest, ok: boolean): Ended | null {
    const job = this.#awaited.get(request);
    if (job === undefined) return null;
    this.#awaited.delete(request);
    if (job.execution.settle(ok) !== 'fault') return null;
    this.#jobs.splice(this.#jobs.indexOf(job), 1);
    return { job, faulted: true };
  }

  /**
   * The commands whose awaited write may be what has just arrived as `count` bytes of `data[at]`, to be written
   * to `offset` of a page-aligned region: those that write the same bytes to the same place of a page. More than
   * one only if several do.
   */
  writersOf(offset: number, count: number, data: Uint8Array, at: number): readonly Writer[] {
    if (this.#awaited.size === 0) return NO_WRITERS;
    const bytes = data.subarray(at, at + count);
    const writers: Writer[] = [];
    for (const [request, { frame }] of this.#awaited) {
      if (request.access === 'write' && contains(request, offset, bytes)) writers.push({ frame, request });
    }
    return writers;
  }

  /** Index of the oldest job that waits for nothing, or -1. */
  #next(): number {
    for (let index = 0; index < this.#jobs.length; index++) {
      const job = this.#jobs[index] as Job;
      if (job.execution.request === null && !this.#isHeld(job)) return index;
    }
    return -1;
  }

  #isHeld({ launchedBy }: Job): boolean {
    for (const { request } of launchedBy) if (this.#awaited.has(request)) return true;
    return false;
  }
}

function contains({ address, bytes: written }: RemoteRequest, offset: number, bytes: Uint8Array): boolean {
  const start = (offset - Number(address & BigInt(PAGE_MASK))) & PAGE_MASK;
  if (start + bytes.length > written.length) return false;
  return bytes.every((byte, index) => byte === written[start + index]);
}
