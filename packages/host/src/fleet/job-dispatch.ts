import {
  type FleetJob,
  type HostState,
  hostsLeftToOthers,
  place,
  random,
  roomFor,
  type WaitingRun,
  whyNot,
} from '@coordinator/fleet';
import type { Fleet } from './fleet.ts';
import type { FleetGuest } from './fleet-guest.ts';
import { SentJob } from './sent-job.ts';

/** A job that is sent is begun at once, or not at all. */
const JOB_VALID_MS = 10 * 60_000;

/** What jobs of a run have in common, and what is its own of one with a certain kernel. */
export type JobTemplate = Pick<
  FleetJob,
  'version' | 'coordinator' | 'priority' | 'plan' | 'options' | 'initrd'
>;

interface Dispatched {
  readonly run: string;
  readonly template: JobTemplate;
  /** By the name that guests of a run have them under; '' for the usual one. */
  readonly kernels: ReadonlyMap<string, FleetJob['kernel']>;
  readonly notice: (text: string) => void;
  /** Guests that no host has. */
  readonly waiting: Set<FleetGuest>;
  readonly jobs: Map<string, SentJob>;
}

/** Makes jobs of guests that wait, and sends them to hosts that have room. */
export class JobDispatch {
  readonly #fleet: Fleet;
  readonly #run: Dispatched;
  /** Hosts that have said what none of ours says. */
  readonly banned = new Set<string>();
  #count = 0;
  #barrenSince: number | null = null;
  #leftToOthers: ReadonlySet<string> = new Set();

  constructor(fleet: Fleet, run: Dispatched) {
    this.#fleet = fleet;
    this.#run = run;
  }

  /** What this run says of itself to others. */
  get inWords(): WaitingRun {
    const { run, template, waiting } = this.#run;
    const { version, priority } = template;
    const hosts = this.#able.map(({ announcement }) => announcement.host);
    return { version, run, priority, waiting: waiting.size, hosts };
  }

  /** Hears what others say of themselves. */
  heed(others: readonly WaitingRun[]): void {
    this.#leftToOthers = hostsLeftToOthers(this.inWords, others);
  }

  /** Hosts that could take guests, also those without room now. */
  get #able(): readonly HostState[] {
    const { watch, demand } = this.#fleet;
    return watch.hosts.filter(
      ({ alive, announcement }) =>
        alive && !this.banned.has(announcement.host) && whyNot(announcement, demand) === null,
    );
  }

  async place(): Promise<void> {
    if (this.#run.waiting.size === 0) return;
    const { demand } = this.#fleet;
    const able = this.#able;
    this.#endIfBarren(able.length > 0);
    const rooms = able.map((state) => {
      const { announcement } = state;
      const unknown = [...this.#run.jobs.values()].filter(
        ({ job }) => job.host === announcement.host && !announcement.jobs.includes(job.id),
      );
      const sent = unknown.reduce((sum, { left }) => sum + left.length, 0);
      const { host } = announcement;
      return { host, room: this.#leftToOthers.has(host) ? 0 : roomFor(state, demand, sent) };
    });
    for (const { host, guests } of place([...this.#run.waiting], rooms)) {
      const announcement = able.find((one) => one.announcement.host === host)?.announcement;
      if (announcement) await this.#send(announcement, guests);
    }
  }

  async #send(
    { host, session }: { readonly host: string; readonly session: string },
    guests: readonly FleetGuest[],
  ): Promise<void> {
    const kernel = this.#run.kernels.get(guests[0]?.kind ?? '');
    const job: FleetJob = {
      ...this.#run.template,
      ...(kernel === undefined ? {} : { kernel }),
      id: `${this.#run.run}.${++this.#count}`,
      run: this.#run.run,
      nonce: random(),
      expires: Date.now() + JOB_VALID_MS,
      guests: guests.map(({ request: { id, seed } }) => ({ id, seed })),
      host,
      session,
    };
    // Known before it is sent: what comes of it is taken from the first moment.
    this.#run.jobs.set(
      job.id,
      new SentJob(job, guests, { key: this.#fleet.key, notice: (text) => this.#run.notice(text) }),
    );
    for (const guest of guests) {
      this.#run.waiting.delete(guest);
      guest.placeOn(host);
    }
    await this.#fleet.sender.send(this.#fleet.key, job);
  }

  #endIfBarren(isAbleHost: boolean): void {
    const now = performance.now();
    if (isAbleHost || this.#run.jobs.size > 0) this.#barrenSince = null;
    else this.#barrenSince ??= now;
    if (this.#barrenSince === null || now - this.#barrenSince < this.#fleet.lostAfterMs) return;
    for (const guest of this.#run.waiting)
      guest.end({
        outcome: 'error',
        error_kind: 'setup',
        reason: 'no host of the fleet is left that could take it',
      });
    this.#run.waiting.clear();
  }
}
