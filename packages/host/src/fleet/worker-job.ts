import { messageOf } from '@coordinator/base/errors';
import { removeTree } from '@coordinator/base/files';
import {
  appendBatch,
  FILE_PART_BYTES,
  type FleetClient,
  type FleetJob,
  type FleetKey,
} from '@coordinator/fleet';
import { MAX_ARTIFACT_BYTES } from '@coordinator/life';
import type { RunEvent } from '@coordinator/shared/event';
import { openInside } from '@coordinator/store';
import { BatchSender } from './batch-sender.ts';
import type { Room } from './room.ts';

/** Runs the guests of a job with what `coordinator test` is made of. */
export type RunJob = (
  job: FleetJob,
  hooks: {
    readonly interrupt: AbortSignal;
    readonly onEvent: (event: RunEvent) => void;
    /** Called once the run has a folder. */
    readonly onFolder: (folder: string) => void;
  },
) => Promise<void>;

export interface WorkerJobOptions {
  readonly client: FleetClient;
  readonly key: FleetKey;
  readonly host: string;
  readonly room: Room;
  readonly runJob: RunJob;
  readonly say: (sentence: string) => void;
}

/** A job on its host: from when it was accepted until all of it has been said. */
export class WorkerJob {
  readonly job: FleetJob;
  readonly #options: WorkerJobOptions;
  readonly #interrupt = new AbortController();
  readonly #unwanted = new AbortController();
  readonly #sender: BatchSender;
  readonly #artifacts = new Map<string, string[]>();
  /** Guests without an end. */
  readonly #left: Set<string>;
  #folder = '';
  #said: Promise<void> = Promise.resolve();

  constructor(job: FleetJob, options: WorkerJobOptions) {
    this.job = job;
    this.#options = options;
    this.#left = new Set(job.guests.map(({ id }) => id));
    this.#sender = new BatchSender({
      ...{ job: job.id, host: options.host, signal: this.#unwanted.signal },
      append: (batch) => appendBatch(options.client, options.key, job.run, batch),
      onOverflow: () => {
        options.say(`${job.id}: its events cannot be brought home, and are too many to be kept`);
        this.cancel();
      },
    });
  }

  get guests(): number {
    return this.#left.size;
  }

  /** Ends its guests in order; they tell of it. */
  interrupt(): void {
    this.#interrupt.abort();
  }

  /** Ends its guests: nobody wants to hear of them any more. */
  cancel(): void {
    this.interrupt();
    // What can be said at once still is: a run that was interrupted waits for it.
    setTimeout(() => this.#unwanted.abort(), 20_000).unref();
  }

  /** Says that it is not begun with. */
  async refuse(reason: string): Promise<void> {
    this.#left.clear();
    await this.#sender.end({ reason, refused: true });
  }

  /** Never rejects. */
  async run(): Promise<void> {
    const { room, runJob, say } = this.#options;
    let reason: string | null = null;
    try {
      const places = await room.take(this.#left.size, this.#interrupt.signal, this.job.priority);
      try {
        await runJob(this.job, {
          interrupt: this.#interrupt.signal,
          onFolder: (folder) => {
            this.#folder = folder;
          },
          onEvent: (event) => {
            if (event.type === 'guest-ended') places.giveBackOne();
            this.#say(event);
          },
        });
      } finally {
        places.giveBackAll();
      }
    } catch (error) {
      reason = this.#interrupt.signal.aborted ? 'it was ended' : messageOf(error);
      say(`${this.job.id}: ${reason}`);
    }
    await this.#said;
    await this.#sender.end({ reason: reason?.slice(0, 2000) ?? null, refused: false });
    this.#left.clear();
    if (this.#folder !== '') await removeTree(this.#folder);
  }

  /** In order; a guest's end comes after the files that it left. */
  #say(event: RunEvent): void {
    this.#said = this.#said.then(async () => {
      if (event.type === 'guest-artifact') {
        const known = this.#artifacts.get(event.guest) ?? [];
        this.#artifacts.set(event.guest, [...known, event.name]);
      }
      if (event.type === 'guest-ended') {
        for (const name of this.#artifacts.get(event.guest) ?? []) await this.#sendFile(event.guest, name);
        this.#artifacts.delete(event.guest);
        this.#left.delete(event.guest);
      }
      this.#sender.event(event);
    });
  }

  async #sendFile(guest: string, name: string): Promise<void> {
    try {
      const file = await openInside(this.#folder, ...guest.split('/'), name);
      try {
        const { size } = await file.stat();
        const bytes = Math.min(size, MAX_ARTIFACT_BYTES);
        for (let at = 0; at === 0 || at < bytes; at += FILE_PART_BYTES) {
          const wanted = Math.min(FILE_PART_BYTES, bytes - at);
          const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, at);
          const data = buffer.subarray(0, bytesRead).toString('base64');
          await this.#sender.file({ guest, name, data, more: at + FILE_PART_BYTES < bytes });
        }
      } finally {
        await file.close();
      }
    } catch (error) {
      this.#options.say(`${this.job.id}: ${name} of ${guest} cannot be sent: ${messageOf(error)}`);
    }
  }
}
