import type { Redis } from 'ioredis';
import { type Batch, type FleetKey, MAX_MESSAGE_CHARACTERS, seal } from '../wire/index.ts';
import { keys } from './keys.ts';
import { APPEND, COLLECT } from './scripts.ts';

/** Batches of a job that wait on the server; a worker holds back what comes then. */
export const MAX_WAITING = 64;
/** What nobody fetches is gone after this. */
const KEPT_SECONDS = 3600;
/** Bytes of all jobs together that are taken at once. */
const BUDGET = 4 * 2 ** 20;

export type AppendAnswer = 'ok' | 'known' | 'full' | 'unawaited';

/** @returns "full" when the batch has to wait until others were fetched, "unawaited" when nobody waits for its run. */
export async function appendBatch(
  client: Redis,
  key: FleetKey,
  run: string,
  batch: Batch,
): Promise<AppendAnswer> {
  const sealed = seal(key, 'batch', batch);
  const answer = await client.eval(
    APPEND,
    2,
    keys.events(batch.job),
    keys.run(run),
    batch.sequence,
    sealed,
    MAX_WAITING,
    KEPT_SECONDS,
  );
  return answer as AppendAnswer;
}

/** What a job's stream has. */
export interface Collected {
  readonly job: string;
  /** Batches on the server. More than {@link MAX_WAITING} put there no worker of ours. */
  readonly waiting: number;
  /** Sealed, in order; '' for one that is too long to be fetched. */
  readonly batches: readonly string[];
}

/**
 * Takes what has come of jobs; what was taken before is removed from the server.
 * @param jobs with the sequence of the last batch that was taken of each, 0 at first
 */
export async function collect(client: Redis, jobs: ReadonlyMap<string, number>): Promise<Collected[]> {
  if (jobs.size === 0) return [];
  const ids = [...jobs.keys()];
  const streams = ids.map(keys.events);
  const answer = (await client.eval(
    COLLECT,
    streams.length,
    ...streams,
    ...jobs.values(),
    BUDGET,
    MAX_MESSAGE_CHARACTERS,
  )) as [number, string[]][];
  return ids.map((job, index) => {
    const [waiting = 0, batches = []] = answer[index] ?? [];
    return { job, waiting, batches };
  });
}

/** Removes what is left of a job that nobody listens to any more. */
export async function forgetJob(client: Redis, job: string): Promise<void> {
  await client.del(keys.events(job));
}
