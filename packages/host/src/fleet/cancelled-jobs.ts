import { type FleetJob, giveOrder, type HostWatch } from '@coordinator/fleet';
import type { Fleet } from './fleet.ts';

/** An order that was not heard is given again. */
const AGAIN_MS = 5000;

/** Jobs that are to end: told to their hosts, once they can be told, until none of them speaks of it any more. */
export class CancelledJobs {
  readonly #fleet: Fleet;
  readonly #jobs = new Map<string, { readonly job: FleetJob; toldAt: number | null }>();

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  async add(job: FleetJob): Promise<void> {
    if (this.#jobs.has(job.id)) return;
    this.#jobs.set(job.id, { job, toldAt: null });
    await this.#fleet.sender.takeBack(job.host, job.id);
    await this.#tell(job.id);
  }

  async tell(watch: HostWatch): Promise<void> {
    const now = performance.now();
    for (const [id, { job, toldAt }] of this.#jobs) {
      const host = watch.host(job.host);
      if (host && host.announcement.session !== job.session) this.#jobs.delete(id);
      else if (host?.announcement.jobs.includes(id) && (toldAt === null || now - toldAt > AGAIN_MS))
        await this.#tell(id);
    }
  }

  async #tell(id: string): Promise<void> {
    const known = this.#jobs.get(id);
    if (!known) return;
    const { host, session } = known.job;
    known.toldAt = performance.now();
    const { client, key } = this.#fleet;
    await giveOrder(client, key, { order: 'cancel', host, session, job: id });
  }
}
