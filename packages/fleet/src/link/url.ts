import { usageError } from '@coordinator/base/errors';
import type { FleetKey } from '../wire/index.ts';

/** Names the variable with the password of the queue: none is ever on a command line, where all can read it. */
export const PASSWORD_VARIABLE = 'COORDINATOR_QUEUE_PASSWORD';

/** What `--queue` means. */
export interface QueueAddress {
  readonly host: string;
  readonly port: number;
  readonly database: number;
  readonly tls: boolean;
  /** An ACL user of the server; its default one when null. */
  readonly user: string | null;
  readonly password: string | null;
}

/** What it takes to be heard in a fleet: where its queue is, and what its messages are signed with. */
export interface FleetAccess {
  readonly address: QueueAddress;
  readonly key: FleetKey;
}

/**
 * Reads `redis://[USER@]HOST[:PORT][/DATABASE]`, or `rediss://` for TLS.
 * @throws CoordinatorError (usage) also for a URL with a password in it: those on a command line are no secrets.
 */
export function parseQueueUrl(text: string, environment: NodeJS.ProcessEnv = process.env): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  const database = /^\/?(\d{0,3})$/.exec(url?.pathname ?? '-')?.[1];
  const isOurs = url?.protocol === 'redis:' || url?.protocol === 'rediss:';
  if (
    !url ||
    !isOurs ||
    url.hostname === '' ||
    database === undefined ||
    url.search !== '' ||
    url.hash !== ''
  )
    throw usageError(
      `--queue ${redactUrl(text)}: this is no address of a queue`,
      'give redis://[USER@]HOST[:PORT][/DATABASE], rediss:// for TLS, or local',
    );
  if (url.password !== '')
    throw usageError(
      `--queue ${redactUrl(text)}: a password on a command line can be read by all users of this machine`,
      `leave it out of the URL, and put it into $${PASSWORD_VARIABLE}`,
    );
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 6379 : Number(url.port),
    database: Number(database),
    tls: url.protocol === 'rediss:',
    user: url.username === '' ? null : decodeURIComponent(url.username),
    password: environment[PASSWORD_VARIABLE] ?? null,
  };
}

/** A URL as it may be printed. */
export function redactUrl(text: string): string {
  return text.replace(/(:\/\/[^/@\s]*?):[^@\s]*@/g, '$1:***@');
}

/** The address as it may be printed. */
export function describeAddress({ host, port, database, tls, user }: QueueAddress): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${tls ? 'rediss' : 'redis'}://${user === null ? '' : `${user}@`}${name}:${port}${database === 0 ? '' : `/${database}`}`;
}
