import { collect, type FleetClient, MAX_WAITING, WireError } from '@coordinator/fleet';
import type { SentJob } from './sent-job.ts';

/** Batches on the server beyond which no worker of ours adds another. */
const FLOOD = 2 * MAX_WAITING;

/** Fetches what jobs say, a part of each in turn, so that none keeps the others waiting. */
export class JobEvents {
  readonly #client: FleetClient;
  readonly #jobs: ReadonlyMap<string, SentJob>;
  readonly #onLost: (job: SentJob, reason: string, how: 'said' | 'distrusted') => void;

  /** @param onLost is told of a job that is not to be listened to any more */
  constructor(
    client: FleetClient,
    jobs: ReadonlyMap<string, SentJob>,
    onLost: (job: SentJob, reason: string, how: 'said' | 'distrusted') => void,
  ) {
    this.#client = client;
    this.#jobs = jobs;
    this.#onLost = onLost;
  }

  /** @returns whether there was something, and so may be more. */
  async take(): Promise<boolean> {
    const lasts = new Map([...this.#jobs].map(([id, { last }]) => [id, last]));
    let taken = false;
    for (const { job: id, waiting, batches } of await collect(this.#client, lasts)) {
      const job = this.#jobs.get(id);
      if (!job) continue;
      if (waiting > FLOOD) {
        this.#onLost(job, `${job.job.host} sent a flood: ${waiting} messages at once`, 'distrusted');
        continue;
      }
      for (const sealed of batches) {
        taken = true;
        if (!(await this.#takeOne(job, sealed))) break;
      }
    }
    return taken;
  }

  /** @returns whether more of the job may follow. */
  async #takeOne(job: SentJob, sealed: string): Promise<boolean> {
    const { host } = job.job;
    try {
      const end = await job.take(sealed);
      if (end === null) return true;
      const reason = end.reason ?? 'the run there ended before the guest did';
      this.#onLost(job, end.refused ? `${host} refused it: ${reason}` : `on ${host}: ${reason}`, 'said');
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#onLost(job, `from ${host} came what no worker says: ${error.message}`, 'distrusted');
    }
    return false;
  }
}
