import { type FleetAccess, parseQueueUrl, readKey } from '@coordinator/fleet';
import { findLocalQueue } from '@coordinator/fleet/queue-server';
import type { QueueOptions } from './options.ts';

/** `--queue local`: the one that coordinator fleet up has started. */
const LOCAL = 'local';

/** @throws CoordinatorError for what cannot be a queue or a key, or a local queue that does not run */
export function readQueue({ queue = LOCAL, key }: QueueOptions): FleetAccess {
  if (queue !== LOCAL) return { address: parseQueueUrl(queue), key: readKey(key) };
  const { address, folder } = findLocalQueue();
  return { address, key: readKey(key ?? folder.keyFile, key === undefined ? {} : process.env) };
}
