import { isIP } from 'node:net';
import { CoordinatorError, messageOf } from '@coordinator/base/errors';
import { Redis } from 'ioredis';
import { describeAddress, type QueueAddress } from './url.ts';

const CONNECT_MS = 10_000;
/** A server that answers nothing for so long is behind a network that is gone. */
const SILENT_SOCKET_MS = 20_000;
const MAX_DELAY_MS = 2000;

/**
 * Connects to the server of a queue. From then on it connects again whenever the connection breaks, and what was asked
 * meanwhile waits: nothing is lost by a server that is restarted.
 * @throws CoordinatorError when it cannot be reached, or lets nobody in.
 */
export async function connect(address: QueueAddress): Promise<Redis> {
  const { host, port, database, tls, user, password } = address;
  const client = new Redis({
    ...{ host, port, db: database, lazyConnect: true },
    ...(user === null ? {} : { username: user }),
    ...(password === null ? {} : { password }),
    // No address can be asked for by name (RFC 6066), but is compared with the certificate all the same.
    ...(tls ? { tls: isIP(host) === 0 ? { servername: host } : {} } : {}),
    // As BullMQ demands it of what blocks: a command waits for the server however long that takes.
    maxRetriesPerRequest: null,
    connectTimeout: CONNECT_MS,
    socketTimeout: SILENT_SOCKET_MS,
    keepAlive: CONNECT_MS,
    retryStrategy: (times) => Math.min(100 * 2 ** Math.min(times, 10), MAX_DELAY_MS),
  });
  let first: unknown = null;
  // Without a listener each would be printed.
  client.on('error', (error) => {
    first ??= error;
  });
  try {
    await client.connect();
    // Whoever begins does not wait for a server that stops answering, as who is at work does.
    await Promise.race([client.ping(), closed(client)]);
    return client;
  } catch (error) {
    client.disconnect();
    throw unreachable(address, first ?? error);
  }
}

function closed(client: Redis): Promise<never> {
  return new Promise((_, reject) => {
    client.once('close', () => reject(new Error('it closed the connection')));
  });
}

function unreachable(address: QueueAddress, error: unknown): CoordinatorError {
  const why = messageOf(error).replace(/^(ReplyError: )?(WRONGPASS|NOAUTH|NOPERM) /, '$2: ') || 'no answer';
  const isForbidden = /WRONGPASS|NOAUTH|NOPERM/.test(why);
  return new CoordinatorError(`the queue ${describeAddress(address)} cannot be used: ${why}`, {
    remedy: isForbidden
      ? 'give its user in the URL, and its password in $COORDINATOR_QUEUE_PASSWORD'
      : 'see that its server runs and can be reached from here; coordinator fleet up starts one on this machine',
    cause: error,
  });
}

/** A sentence about a server whose settings may lose what is in it; null when they are as they should be. */
export async function findFault(client: Redis): Promise<string | null> {
  // A user that may not ask is told nothing.
  const memory = await client.info('memory').catch(() => '');
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1];
  const limit = Number(/^maxmemory:(\d+)/m.exec(memory)?.[1] ?? 0);
  if (policy !== undefined && policy !== 'noeviction' && limit > 0)
    return `the server of the queue may throw jobs away: its maxmemory-policy is ${policy}, and should be noeviction`;
  const persistence = await client.info('persistence').catch(() => '');
  if (/^aof_enabled:0/m.test(persistence))
    return 'the server of the queue keeps nothing when it is restarted: its setting appendonly should be yes';
  return null;
}
