import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { type FleetJob, type FleetKey, MAX_PRIORITY, seal } from '../wire/index.ts';
import { PREFIX, queueName } from './keys.ts';

/** A worker that renews no lock for so long has lost its jobs; see BullMQ's "stalled jobs". */
const LOCK_MS = 30_000;

interface JobData {
  readonly sealed: string;
}

/** Nothing of a job stays on the server when it is over: what it came to is in its events. */
const ONCE = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const;

/** Sends jobs to hosts: each has a queue of its own, since which of them can do a job is decided by who sends it. */
export class JobSender {
  readonly #client: Redis;
  readonly #queues = new Map<string, Queue<JobData>>();

  constructor(client: Redis) {
    this.#client = client;
  }

  send(key: FleetKey, job: FleetJob): Promise<void> {
    return this.sendSealed(job.host, job.id, seal(key, 'job', job), job.priority);
  }

  /** @param id what it is called on the server; one that is there is not sent again */
  async sendSealed(host: string, id: string, sealed: string, priority = 0): Promise<void> {
    // BullMQ's begin at 1, and the lowest goes first.
    const options = { ...ONCE, jobId: id, priority: 1 + MAX_PRIORITY - priority };
    await this.#queue(host).add('guests', { sealed }, options);
  }

  /** Whether the job is on the server: waiting, or taken and not over. */
  async has(host: string, job: string): Promise<boolean> {
    const state = await this.#queue(host).getJobState(job);
    return ['waiting', 'active', 'delayed', 'prioritized'].includes(state);
  }

  /** Takes back a job that nobody has begun; one that somebody has is left to them. */
  async takeBack(host: string, job: string): Promise<void> {
    await this.#queue(host)
      .remove(job)
      .catch(() => {});
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }

  #queue(host: string): Queue<JobData> {
    const known = this.#queues.get(host);
    if (known) return known;
    const queue = new Queue<JobData>(queueName(host), { connection: this.#client, prefix: PREFIX });
    queue.on('error', () => {});
    this.#queues.set(host, queue);
    return queue;
  }
}

export interface JobTaker {
  /** Takes no more jobs, and resolves when those that were taken are over: never, while the server is gone. */
  close(): Promise<void>;
  /** Lets go of a server that is gone. */
  abandon(): void;
}

/**
 * Takes the jobs of a host as they come, up to `atOnce` at the same time. Locks are renewed while `work` goes on.
 * @param work must not reject
 */
export function takeJobs(
  client: Redis,
  host: string,
  atOnce: number,
  work: (sealed: string) => Promise<void>,
): JobTaker {
  const worker = new Worker<JobData>(queueName(host), async ({ data }) => work(String(data.sealed)), {
    connection: client,
    prefix: PREFIX,
    concurrency: atOnce,
    lockDuration: LOCK_MS,
    // A job whose worker is gone is never begun again here: whoever sent it decides where.
    maxStalledCount: 0,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  });
  // Connections come back by themselves; a lock that was lost meanwhile says no more than what its events do.
  worker.on('error', () => {});
  return {
    close: () => worker.close(),
    abandon: () => void worker.disconnect().catch(() => {}),
  };
}
