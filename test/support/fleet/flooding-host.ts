import {
  type Announcement,
  BEAT_MS,
  beat,
  type FleetClient,
  type FleetJob,
  type FleetKey,
  type JobTaker,
  jobSchema,
  keys,
  open,
  random,
  seal,
  takeJobs,
} from '@coordinator/fleet';
import { version } from '../../../packages/host/src/version.ts';

/** A host of the fleet that answers each job with more than anybody could want to hear. */
export class FloodingHost {
  readonly #client: FleetClient;
  readonly #key: FleetKey;
  readonly #announcement: Announcement;
  readonly #taker: JobTaker;
  readonly #timer: NodeJS.Timeout;
  jobs = 0;

  private constructor(client: FleetClient, key: FleetKey, host: string) {
    this.#client = client;
    this.#key = key;
    this.#announcement = {
      ...{ version: 1, host, session: random(), sequence: 0, at: Date.now(), coordinator: version },
      ...{ state: 'ready', platform: 'virtual', architecture: 'arm64', kernel: '-', vmms: ['qemu'] },
      ...{ cores: 1, memory_mib: 1 << 20, memory_free_mib: 1 << 20, functions: {}, labels: [] },
      ...{ room: 2, guests: 0, jobs: [] },
    };
    this.#taker = takeJobs(client, host, 2, (sealed) => this.#flood(sealed));
    this.#timer = setInterval(() => void this.#beat(), BEAT_MS);
  }

  static async start(client: FleetClient, key: FleetKey, host: string): Promise<FloodingHost> {
    const flooding = new FloodingHost(client, key, host);
    await flooding.#beat();
    return flooding;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#taker.close();
  }

  async #beat(): Promise<void> {
    this.#announcement.sequence += 1;
    await beat(this.#client, this.#key, this.#announcement, { after: '0-0', runs: [] });
  }

  async #flood(sealed: string): Promise<void> {
    const job: FleetJob = open(this.#key, 'job', sealed, jobSchema);
    this.jobs += 1;
    const batch = { version: 1, job: job.id, host: job.host, events: [], files: [], end: null } as const;
    const pipeline = this.#client.pipeline();
    for (let sequence = 1; sequence <= 500; sequence++)
      pipeline.xadd(
        keys.events(job.id),
        `${sequence}-1`,
        'b',
        seal(this.#key, 'batch', { ...batch, sequence }),
      );
    await pipeline.exec();
  }
}
