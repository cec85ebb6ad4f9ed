import { setTimeout as sleep } from 'node:timers/promises';
import { CoordinatorError, messageOf } from '@coordinator/base/errors';
import {
  type Announcement,
  announcementSchema,
  BEAT_MS,
  beat,
  FLEET_VERSION,
  type FleetClient,
  type FleetJob,
  type FleetKey,
  forgetHost,
  type JobTaker,
  jobSchema,
  lastOrder,
  OnceOnly,
  open,
  orderSchema,
  random,
  readHosts,
  takeJobs,
  WireError,
} from '@coordinator/fleet';
import { Leaving } from './leaving.ts';
import { Room } from './room.ts';
import { type RunJob, WorkerJob } from './worker-job.ts';

/** Beats after which a run that nobody waits for is ended: five seconds. */
const UNAWAITED_BEATS = 10;
/** In which another worker of the same name would be heard. */
const LISTEN_MS = 3 * BEAT_MS;

/** What a host has, as it is announced. */
export type HostFacts = Pick<
  Announcement,
  | 'platform'
  | 'architecture'
  | 'kernel'
  | 'vmms'
  | 'cores'
  | 'memory_mib'
  | 'memory_free_mib'
  | 'functions'
  | 'labels'
>;

export interface WorkerOptions {
  readonly client: FleetClient;
  readonly key: FleetKey;
  readonly host: string;
  /** Guests at once. */
  readonly room: number;
  readonly coordinator: string;
  /** Looked at again each time. */
  readonly facts: () => HostFacts;
  readonly runJob: RunJob;
  /** Hears what happens, a sentence each time. */
  readonly say: (sentence: string) => void;
}

/** Makes this machine a host of a fleet: takes jobs, runs them, and says what comes of them. */
export class FleetWorker {
  readonly #options: WorkerOptions;
  readonly #session = random();
  readonly #once: OnceOnly;
  readonly #room: Room;
  readonly #jobs = new Map<string, WorkerJob>();
  readonly #unawaited = new Map<string, number>();
  readonly #stopped = new AbortController();
  readonly #leaving = new Leaving(() => this.#room.taken);
  #taker: JobTaker | null = null;
  #draining: Promise<void> | null = null;
  #sequence = 0;
  #lastOrder = '0-0';

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#once = new OnceOnly(options.host, this.#session);
    this.#room = new Room(options.room);
  }

  /**
   * Works until it is drained.
   * @throws CoordinatorError when a worker of that name is at work already, or when the server is gone that it would take its leave of.
   */
  async run(): Promise<void> {
    try {
      await Promise.race([this.#work(), this.#leaving.inVain]);
    } catch (error) {
      this.#stopped.abort();
      this.#taker?.abandon();
      throw error;
    } finally {
      this.#leaving.end();
    }
  }

  async #work(): Promise<void> {
    const { client, host, room } = this.#options;
    await this.#requireName();
    this.#lastOrder = await lastOrder(client, host);
    await this.#beat();
    this.#taker = takeJobs(client, host, room, (sealed) => this.#take(sealed));
    while (!this.#stopped.signal.aborted) {
      await sleep(BEAT_MS, undefined, { signal: this.#stopped.signal }).catch(() => {});
      await this.#beat().catch((error: unknown) => this.#options.say(`the queue: ${messageOf(error)}`));
    }
    await this.#draining;
    await forgetHost(client, host);
  }

  /** Takes no more jobs, and stops when those that it has are over. */
  drain(): void {
    this.#leaving.begin();
    this.#draining ??= (async () => {
      await this.#beat().catch(() => {});
      await this.#taker?.close();
      this.#stopped.abort();
    })();
  }

  /** Ends the guests of all its jobs, too. */
  stop(): void {
    for (const job of this.#jobs.values()) job.interrupt();
    this.drain();
  }

  async #requireName(): Promise<void> {
    const { client, host } = this.#options;
    const before = (await readHosts(client)).get(host);
    if (before === undefined) return;
    await sleep(LISTEN_MS);
    if ((await readHosts(client)).get(host) === before) return;
    throw new CoordinatorError(`the fleet has a host of the name ${host}, and its worker is at work`, {
      remedy: 'give this one another name: --name NAME',
    });
  }

  async #beat(): Promise<void> {
    const { client, key, host, coordinator, facts } = this.#options;
    const runs = [...new Set([...this.#jobs.values()].map(({ job }) => job.run))];
    const announcement = announcementSchema.parse({
      ...facts(),
      ...{ version: FLEET_VERSION, host, session: this.#session, coordinator, at: Date.now() },
      sequence: ++this.#sequence,
      state: this.#draining ? 'draining' : 'ready',
      room: this.#room.most,
      guests: [...this.#jobs.values()].reduce((sum, { guests }) => sum + guests, 0),
      jobs: [...this.#jobs.keys()],
    });
    const { orders, last, unawaited } = await beat(client, key, announcement, {
      after: this.#lastOrder,
      runs,
    });
    this.#leaving.hear();
    this.#lastOrder = last;
    for (const sealed of orders) this.#obey(sealed);
    this.#endUnawaited(runs, unawaited);
  }

  #obey(sealed: string): void {
    try {
      const order = open(this.#options.key, 'order', sealed, orderSchema);
      this.#once.accept(order);
      if (order.order === 'drain') {
        this.#options.say('told to take no more jobs');
        this.drain();
      } else this.#jobs.get(order.job)?.cancel();
    } catch (error) {
      this.#tellRefused('an order', error);
    }
  }

  /** Whoever started a run and is gone cannot end it. */
  #endUnawaited(runs: readonly string[], unawaited: readonly string[]): void {
    for (const run of this.#unawaited.keys()) if (!unawaited.includes(run)) this.#unawaited.delete(run);
    for (const run of runs.filter((one) => unawaited.includes(one))) {
      const beats = (this.#unawaited.get(run) ?? 0) + 1;
      this.#unawaited.set(run, beats);
      if (beats !== UNAWAITED_BEATS) continue;
      this.#options.say(`nobody waits for the run ${run} any more: its guests are ended`);
      for (const one of this.#jobs.values()) if (one.job.run === run) one.cancel();
    }
  }

  async #take(sealed: string): Promise<void> {
    let job: FleetJob;
    try {
      job = open(this.#options.key, 'job', sealed, jobSchema);
      this.#once.accept(job);
    } catch (error) {
      return this.#tellRefused('a job', error);
    }
    const mine = new WorkerJob(job, { ...this.#options, room: this.#room });
    if (job.coordinator !== this.#options.coordinator)
      return mine.refuse(`it is of coordinator ${job.coordinator}, and this is ${this.#options.coordinator}`);
    this.#jobs.set(job.id, mine);
    this.#options.say(`${job.id}: ${job.guests.length} guest${job.guests.length === 1 ? '' : 's'}`);
    await mine.run();
    this.#jobs.delete(job.id);
    this.#options.say(`${job.id}: over`);
  }

  /** It goes to nobody: who sent it is not known, or did not mean this worker. */
  #tellRefused(what: string, error: unknown): void {
    if (!(error instanceof WireError)) throw error;
    this.#options.say(`${what} was refused (${error.problem}): ${error.message}`);
  }
}
