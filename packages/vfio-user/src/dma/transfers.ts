import type { Memory, MemoryAccess } from './memory.ts';
import type { RemoteRequest, RequestSource } from './remote-request.ts';

/** How a transfer ended. */
export interface Transferred {
  /** What was read, or was to be written. */
  readonly bytes: Uint8Array;
  /** The address that was refused, or null: all of it was moved. */
  readonly fault: bigint | null;
}

interface Job {
  readonly access: MemoryAccess;
  readonly address: bigint;
  readonly bytes: Uint8Array;
  readonly done: (transferred: Transferred) => void;
  moved: number;
  request: RemoteRequest | null;
}

/** Bytes moved before other devices and messages get their turn. */
const STEP_BYTES = 1 << 18;

/**
 * Transfers of bytes between a device and memory, piece by piece, wherever it is: one that waits for the client
 * lets the others pass. None holds a view of guest memory between two steps, since a map may go away.
 */
export class Transfers implements RequestSource {
  readonly #memory: Memory;
  #jobs: Job[] = [];
  #unsent: Job[] = [];
  readonly #awaited = new Map<RemoteRequest, Job>();

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  start(
    access: MemoryAccess,
    address: bigint,
    bytes: Uint8Array,
    done: (transferred: Transferred) => void,
  ): void {
    this.#jobs.push({ access, address, bytes, done, moved: 0, request: null });
  }

  /** Forgets all of them; nobody is told. */
  clear(): void {
    this.#jobs = [];
    this.#unsent = [];
    this.#awaited.clear();
  }

  /** Whether {@link step} has something to do. */
  get runnable(): boolean {
    return this.#jobs.length > 0 && this.#jobs.some(({ request }) => request === null);
  }

  /** Moves one piece of the oldest transfer that waits for nothing. */
  step(): void {
    const job = this.#jobs.find(({ request }) => request === null);
    if (job === undefined) return;
    const { access, bytes, moved } = job;
    const address = BigInt.asUintN(64, job.address + BigInt(moved));
    const left = Math.min(bytes.length - moved, STEP_BYTES);
    if (left === 0) {
      this.#end(job, null);
      return;
    }
    const span = this.#memory.resolve(address, left, access);
    if (span.kind === 'fault') {
      this.#end(job, address);
      return;
    }
    const piece = bytes.subarray(moved, moved + span.length);
    if (span.kind === 'remote') {
      job.request = { access, address, bytes: piece };
      this.#unsent.push(job);
      return;
    }
    if (access === 'read') piece.set(span.bytes);
    else span.bytes.set(piece);
    this.#advance(job, span.length);
  }

  take(): RemoteRequest | null {
    const job = this.#unsent.shift();
    if (job === undefined || job.request === null) return null;
    this.#awaited.set(job.request, job);
    return job.request;
  }

  awaits(request: RemoteRequest): boolean {
    return this.#awaited.has(request);
  }

  settle(request: RemoteRequest, ok: boolean): void {
    const job = this.#awaited.get(request);
    if (job === undefined) return;
    this.#awaited.delete(request);
    job.request = null;
    if (ok) this.#advance(job, request.bytes.length);
    else this.#end(job, request.address);
  }

  #advance(job: Job, bytes: number): void {
    job.moved += bytes;
    if (job.moved === job.bytes.length) this.#end(job, null);
  }

  #end(job: Job, fault: bigint | null): void {
    this.#jobs.splice(this.#jobs.indexOf(job), 1);
    job.done({ bytes: job.bytes, fault });
  }
}
