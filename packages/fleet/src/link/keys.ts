/**
 * All that a fleet has on its server begins with this, so that one ACL rule lets a user have it and nothing else. The braces
 * put it in one slot of a cluster.
 */
export const PREFIX = '{coordinator}';

export const keys = {
  /** Announcements, by host. */
  hosts: `${PREFIX}:hosts`,
  /** What a worker is told beside its jobs. */
  orders: (host: string) => `${PREFIX}:orders:${host}`,
  /** Batches of a job. */
  events: (job: string) => `${PREFIX}:events:${job}`,
  /** There as long as somebody waits for what the jobs of a run say: what it says of itself. */
  run: (run: string) => `${PREFIX}:run:${run}`,
  /** Runs, by when they were heard last. */
  runs: `${PREFIX}:runs`,
  /** A file, in pieces. */
  file: (sha256: string) => `${PREFIX}:file:${sha256}`,
} as const;

/** BullMQ's name for the queue of a host. */
export function queueName(host: string): string {
  return `jobs-${host}`;
}
