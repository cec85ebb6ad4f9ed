import { type FleetKey, parseQueueUrl, type QueueAddress, readKey } from '@coordinator/fleet';
import { findLocalQueue } from '@coordinator/fleet/queue-server';
import type { QueueOptions } from './options.ts';

/** `--queue local`: the one that coordinator fleet up has started. */
const LOCAL = 'local';

/**
 * Where the queue of a fleet is, and what its messages are signed with.
 * @throws CoordinatorError for what cannot be one, or a local one that does not run
 */
export function readQueue({ queue = LOCAL, key }: QueueOptions): {
  readonly address: QueueAddress;
  readonly key: FleetKey;
} {
  if (queue !== LOCAL) return { address: parseQueueUrl(queue), key: readKey(key) };
  const local = findLocalQueue();
  return { address: local.address, key: readKey(key ?? local.keyFile, key === undefined ? {} : process.env) };
}
