import type { Redis } from 'ioredis';
import { type FleetKey, open, seal, type WaitingRun, WireError, waitingRunSchema } from '../wire/index.ts';
import { keys } from './keys.ts';
import { AWAIT } from './scripts.ts';

const MAX_RUNS = 256;
const MAX_BYTES = 128 * 1024;

/**
 * Says for `milliseconds` that somebody waits for what the jobs of a run say.
 * @returns what other runs say of themselves; what is not signed by the fleet's key says nothing
 */
export async function awaitRun(
  client: Redis,
  key: FleetKey,
  own: WaitingRun,
  milliseconds: number,
): Promise<WaitingRun[]> {
  const others = (await client.eval(
    AWAIT,
    2,
    ...[keys.runs, keys.run(own.run)],
    ...[own.run, seal(key, 'waiting', own), milliseconds, keys.run(''), MAX_RUNS, MAX_BYTES],
  )) as string[];
  return others.flatMap((sealed) => {
    try {
      return [open(key, 'waiting', sealed, waitingRunSchema)];
    } catch (error) {
      if (error instanceof WireError) return [];
      throw error;
    }
  });
}

export async function leaveRun(client: Redis, run: string): Promise<void> {
  await client.multi().del(keys.run(run)).zrem(keys.runs, run).exec();
}
