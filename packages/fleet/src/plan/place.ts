/** A guest that waits for a host. */
export interface WaitingGuest {
  /** Guests of different kinds are never in one job. */
  readonly kind: string;
  /** Hosts on which it was lost, or hung: tried again only where there is no other. */
  readonly avoid: ReadonlySet<string>;
}

export interface HostRoom {
  readonly host: string;
  readonly room: number;
}

export interface Placed<Guest> {
  readonly host: string;
  readonly guests: readonly Guest[];
}

/** Guests of one job: what is lost together when its worker's run fails as a whole. */
const MAX_TOGETHER = 64;

/**
 * Divides guests into jobs: each goes to where there is most room left, so that hosts are filled evenly.
 * @param hosts all that could take them, also those without room now
 */
export function place<Guest extends WaitingGuest>(
  waiting: readonly Guest[],
  hosts: readonly HostRoom[],
): Placed<Guest>[] {
  const left = new Map(hosts.map(({ host, room }) => [host, room]));
  const jobs = new Map<string, Guest[]>();
  for (const guest of waiting) {
    const liked = hosts.filter(({ host }) => !guest.avoid.has(host));
    const host = roomiest(liked.length > 0 ? liked : hosts, left);
    if (host === null) continue;
    left.set(host, (left.get(host) ?? 0) - 1);
    const job = `${host} ${guest.kind}`;
    jobs.set(job, [...(jobs.get(job) ?? []), guest]);
  }
  return [...jobs].flatMap(([job, guests]) =>
    chunks(guests).map((together) => ({ host: job.slice(0, job.indexOf(' ')), guests: together })),
  );
}

function roomiest(hosts: readonly HostRoom[], left: ReadonlyMap<string, number>): string | null {
  let best: string | null = null;
  let most = 0;
  for (const { host } of hosts) {
    const room = left.get(host) ?? 0;
    if (room > most) [best, most] = [host, room];
  }
  return best;
}

function chunks<Guest>(guests: readonly Guest[]): Guest[][] {
  const count = Math.ceil(guests.length / MAX_TOGETHER);
  return Array.from({ length: count }, (_, index) =>
    guests.slice(index * MAX_TOGETHER, (index + 1) * MAX_TOGETHER),
  );
}
